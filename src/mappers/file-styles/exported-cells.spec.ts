import { describe, expect, it } from 'vitest';
import { edgesOf } from '../../../shared/edges';
import type { JsonObject } from '../../../shared/json';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { productRecord } from '../../catalog/product/product-record';
import { builtInOperators } from '../../operators';
import { runOperator } from '../../testing/run-operator';
import { FILE_STYLES } from './file-styles';

describe('cells as WooCommerce writes them', () => {
    const simple = (cells: JsonObject) => ({ ID: '7', Type: 'simple', SKU: 'A', Name: 'Lamp', 'Regular price': '10', ...cells }); // prettier-ignore
    const one = async (cells: JsonObject) => (await productsOf('woocommerce-products', [simple(cells)]))[0]!;

    it.each([
        ['1', true],
        ['0', false],
        ['-1', false],
        ["'-1", false],
        ['2', false],
    ])('Published %s makes enabled %s', async (Published, enabled) => {
        expect(await one({ Published })).toMatchObject({ enabled });
    });

    it('lose the apostrophe that keeps spreadsheets from computing them', async () => {
        const cells = { Name: "'+5 Lamp", Stock: "'-3", Tags: "'@home, 'quoted", 'Attribute 1 name': 'Dioptre', 'Attribute 1 value(s)': "'-1.5, -2" }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            name: '+5 Lamp',
            facetValues: [
                'tag:@home',
                "tag:'quoted",
                { facet: 'Dioptre', value: '-1.5' },
                { facet: 'Dioptre', value: '-2' },
            ],
            variants: [{ stockOnHand: -3 }],
        });
    });

    it('have their line breaks again', async () => {
        const text = '<p>One</p>\\n<p>In C:\\\\new</p>';
        expect(await one({ Description: text, 'Short description': 'a\\nb' })).toMatchObject({
            description: '<p>One</p>\n<p>In C:\\new</p>',
            customFields: { shortDescription: 'a\nb' },
        });
    });

    it('tell when a sale begins with hours of one digit', async () => {
        const cells = { 'Sale price': '8', 'Date sale price starts': '2026-05-01 0:00:00', 'Date sale price ends': '2026-05-31 23:59:59' }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            variants: [
                {
                    price: 1000,
                    customFields: {
                        salePrice: 800,
                        saleFrom: '2026-05-01T00:00:00.000Z',
                        saleUntil: '2026-05-31T23:59:59.000Z',
                    },
                },
            ],
        });
    });

    it('keep the commas in addresses of images and in SKUs', async () => {
        const cells = { Images: 'https://shop.example/a\\,b.jpg, https://shop.example/c.jpg', Upsells: 'A\\,1, B', 'Cross-sells': 'C\\,1', 'Grouped products': 'D\\,1' }; // prettier-ignore
        expect(await one(cells)).toMatchObject({
            assets: ['https://shop.example/a,b.jpg', 'https://shop.example/c.jpg'],
            customFields: { upsellSkus: ['A,1', 'B'], crossSellSkus: ['C,1'], groupedSkus: ['D,1'] },
        });
    });
});

/** What the loader of products gets of these rows. */
async function productsOf(style: string, rows: readonly JsonObject[]): Promise<JsonObject[]> {
    const { definition } = FILE_STYLES.find(({ code }) => code === style)!;
    const registry = new AdapterRegistry().register(...builtInOperators);
    const outputs: Record<string, JsonObject[]> = { [definition.steps[0]!.key]: [...rows] };
    const before = (key: string) => outputs[edgesOf(definition).find(({ to }) => to === key)!.from]!;
    const load = definition.steps.find(({ type }) => type === 'LOAD')!;
    for (const { key, config } of definition.steps.slice(1, definition.steps.indexOf(load))) {
        let records = structuredClone(before(key));
        for (const { op, args = {} } of config.operators as unknown as { op: string; args?: JsonObject }[]) {
            const run = await runOperator(registry.operator(op), args, records, { right: outputs.pairs });
            expect(run.rejected.map(({ error }) => error.message)).toEqual([]);
            records = run.kept;
        }
        outputs[key] = records;
    }
    for (const record of before(load.key)) expect(productRecord.safeParse(record).error?.issues ?? []).toEqual([]);
    return before(load.key);
}
