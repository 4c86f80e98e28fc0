import { CustomFields, Product, ProductVariant, TaxCategoryService, User } from '@vendure/core';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../bench/catalog/random';
import { catalogCustomFields } from '../demo/pipelines/catalog-custom-fields';
import { catalogPipeline } from '../demo/pipelines/catalog-pipeline';
import { textOf } from '../shared/json';
import { DataHubPlugin } from '../src';
import { DataHubRecordError, PipelineRun } from '../src/entities';
import { LocalServer } from '../src/outbound/local-server.fixture';
import { PipelineRunnerService } from '../src/services/pipeline-runner.service';
import { PipelineService } from '../src/services/pipeline.service';
import { catalogAfter, collectionsOf, lastProductId } from './support/catalog-exports/actual-catalog';
import {
    type ExpectedCatalog,
    isThere,
    type ReadProduct,
    type Row,
    rowsOf,
} from './support/catalog-exports/expected-catalog';
import { magentoExport } from './support/catalog-exports/magento-export';
import { mutateExport, type System } from './support/catalog-exports/mutate-export';
import { readMagento } from './support/catalog-exports/read-magento';
import { readShopify, readShopifyTemplate } from './support/catalog-exports/read-shopify';
import { readVendure } from './support/catalog-exports/read-vendure';
import { readWooCommerce } from './support/catalog-exports/read-woocommerce';
import { describeOnEachDatabase } from './support/each-database';
import { until } from './support/pipeline-shop';
import { isFull, seed } from './support/scale';
import { BootedVendure, bootVendure } from './support/vendure';

const READERS: Record<System, (rows: Row[]) => ExpectedCatalog> = {
    magento: readMagento,
    shopify: readShopify,
    'shopify-template': readShopifyTemplate,
    vendure: readVendure,
    woocommerce: readWooCommerce,
};
const mutantsOfEach = isFull ? 10 : 1;

/** The export files of the repository, and those of a folder that the tester names, by the beginning of their names. */
const files: [string, () => string][] = [
    ['magento-generated.csv', () => magentoExport(60, seededRandom(seed))],
    ...[
        join(__dirname, 'fixtures'),
        join(__dirname, '..', 'demo', 'catalogs'),
        ...(process.env.DATA_HUB_TEST_CATALOGS ? [process.env.DATA_HUB_TEST_CATALOGS] : []),
    ].flatMap(folder =>
        readdirSync(folder)
            .filter(name => name.endsWith('.csv') && systemOf(name))
            .map((name): [string, () => string] => [name, () => readFileSync(join(folder, name), 'utf8')]),
    ),
];

function systemOf(name: string): System | undefined {
    const systems = Object.keys(READERS) as System[];
    return systems.filter(system => name.startsWith(`${system}-`)).sort((a, b) => b.length - a.length)[0];
}

describeOnEachDatabase(
    'Catalogs that other shops export',
    database => {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-exports-'));
        let shop: BootedVendure;
        let pictures: LocalServer;
        let written = 0;

        beforeAll(async () => {
            pictures = await LocalServer.start();
            pictures.handle = ({ url = '' }, response) => {
                if (!isThere(url)) response.statusCode = 404;
                response.end(`picture ${url}`);
            };
            shop = await bootVendure({
                database,
                databaseName: 'e2e_catalog_exports',
                runJobs: true,
                config: { importExportOptions: { importAssetsDir: join(folder, 'pictures') } },
                plugins: [
                    DataHubPlugin.init({
                        files: { rootDir: folder },
                        outbound: { allowPrivateHosts: [pictures.host] },
                        spool: { directory: join(folder, 'spool') },
                        whole: { tempDirectory: join(folder, 'whole') },
                    }),
                ],
                customFields: withFieldsOfTheVendureFile(catalogCustomFields),
            });
            await shop.app.get(TaxCategoryService).create(shop.ctx, { name: 'Zero Tax' });
        });
        afterAll(async () => {
            await shop?.close();
            await pictures.stop();
            rmSync(folder, { recursive: true });
        });

        describe.each(files)('%s', (name, read) => {
            const system = systemOf(name)!;
            let text: string;

            beforeAll(() => {
                text = read().replace(/https?:\/\/[^/\s",]+\//g, `${pictures.url}/`);
                providePictures(text);
            });

            afterAll(() => forgetProducts());

            it('is imported whole, by mappings alone, and is unchanged the second time', async () => {
                const first = await imported(system, text, Buffer.from(text));
                expect(first.differences).toEqual([]);
                const again = await run(system, first.file);
                expect(again.run).toMatchObject({ created: 0, updated: 0, deleted: 0 });
                expect(again.errors.map(({ cause }) => cause).sort()).toEqual(first.codes);
            });

            it(
                'is imported as far as it goes when it was written differently',
                async () => {
                    const random = seededRandom(seed + name.length);
                    for (let number = 1; number <= mutantsOfEach; number++) {
                        const mutant = mutateExport(system, text, random, `-m${number}`);
                        const { differences } = await imported(system, mutant.plain, mutant.content, mutant.settings);
                        expect(differences, `mutant ${number} of seed ${seed}: ${mutant.description}`).toEqual([]);
                    }
                },
                mutantsOfEach * 60_000,
            );
        });

        it.each<[System, string]>([
            ['shopify', 'Variant Price'],
            ['shopify-template', 'Price'],
            ['woocommerce', 'Name'],
            ['magento', 'sku'],
            ['vendure', 'price'],
        ])('of %s are refused at once without the column "%s"', async (system, column) => {
            const [, read] = files.find(([name]) => systemOf(name) === system)!;
            const { run: ended } = await run(system, write(Buffer.from(read().replace(column, 'Something else'))));
            expect(ended).toMatchObject({ status: 'FAILED', created: 0 });
            expect(ended.error).toContain(column);
        });

        it('in another encoding than the pipeline expects stop the run with the name of it', async () => {
            const file = write(Buffer.from('Handle,Title,Variant Price\ncafe,Café,5\n', 'latin1'));
            const { run: ended } = await run('shopify', file);
            expect(ended).toMatchObject({ status: 'FAILED', created: 0 });
            expect(ended.error).toContain('it looks like ISO-8859-1');
        });

        it('that contradict themselves lose only what cannot be placed, each with a sentence', async () => {
            const { run: ended, errors } = await run(
                'woocommerce',
                write(
                    Buffer.from(
                        'ID,Type,SKU,Name,Parent,Regular price,Categories\n' +
                            '1,simple,OK-1,Good,,5.00,Things\n' +
                            '2,variation,LOST-1,Lost - Red,NOWHERE,5.00,\n' +
                            '3,variation,LOST-2,Lost - Blue,,5.00,\n' +
                            '4,simple,DEAR,Dear,,"5,00",Things\n' +
                            '5,simple,OK-1,Good again,,6.00,\n',
                    ),
                ),
            );
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' });
            expect(errors.map(({ message }) => message).sort()).toEqual(
                [
                    'A record with the same SKU or ID came earlier in this run.',
                    'The variation LOST-2 id:3 names no parent.',
                    'There are variations of NOWHERE, but no row for the product itself.',
                    '"Regular price" must be a number such as 1299.50, and it is "5,00".',
                ].sort(),
            );
        });

        function providePictures(text: string): void {
            const names = text.match(/[^\s",|]+\.(jpe?g|png)\b/gi) ?? [];
            for (const name of names.filter(one => !one.startsWith('http') && isThere(one))) {
                const path = join(folder, 'pictures', name);
                mkdirSync(dirname(path), { recursive: true });
                writeFileSync(path, `picture ${name}`);
            }
        }

        /** The catalogs of two shops may have products of the same name. */
        async function forgetProducts(): Promise<void> {
            for (const entity of [Product, ProductVariant]) {
                const all = shop.connection.rawConnection.createQueryBuilder().update(entity);
                await all.set({ deletedAt: new Date() }).execute();
            }
        }

        function write(content: Buffer): string {
            const name = `export-${++written}.csv`;
            writeFileSync(join(folder, name), content);
            return name;
        }

        /** Imports `content` and compares what came of it with what `plain` says. */
        async function imported(system: System, plain: string, content: Buffer, settings: object = {}) {
            const file = write(content);
            const lastId = await lastProductId(shop);
            const { run: ended, errors } = await run(system, file, settings);
            const expected = READERS[system](rowsOf(plain, system === 'vendure'));
            const actual = await catalogAfter(shop, lastId);
            const codes = errors.map(({ cause }) => cause).sort();
            expect({ status: ended.status, error: ended.error }).toEqual({
                status: expected.refusals.length > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED',
                error: null,
            });
            for (const { message } of errors) expect(message).toMatch(/[.!?]$/);
            const differences: unknown[] = differencesBetween(expected.products, actual);
            if (codes.join() !== [...expected.refusals].sort().join()) {
                differences.push({
                    refused: errors.map(({ cause, message }) => `${cause}: ${message}`),
                    expected: expected.refusals,
                });
            }
            const wanted = collectionsWanted(expected);
            const collections = await collectionsOf(shop, lastId);
            if (!Object.entries(wanted).every(([path, count]) => collections[path] === count))
                differences.push({ collections, wanted });
            return { file, differences, codes };
        }

        async function run(system: System, file: string, settings: object = {}) {
            const { app, ctx, connection } = shop;
            const { definition } = catalogPipeline(`${system}-catalog`, file, settings);
            if (system === 'vendure') forCustomFieldsOfTheVendureFile(definition as never);
            const code = `${system}-${++written}`;
            const pipeline = await app.get(PipelineService).create(ctx, { code, name: code, definition: definition });
            if (!('id' in pipeline)) throw new Error(JSON.stringify(pipeline));
            const { id } = await app.get(PipelineRunnerService).enqueue(ctx, pipeline.id, { triggeredBy: 'test' });
            const runs = connection.rawConnection.getRepository(PipelineRun);
            let ended = await runs.findOneByOrFail({ id });
            await until('the run has ended', async () => {
                ended = await runs.findOneByOrFail({ id });
                return !['PENDING', 'RUNNING'].includes(ended.status);
            });
            const errors = await connection.rawConnection.getRepository(DataHubRecordError).findBy({ runId: id });
            return { run: ended, errors };
        }
    },
    { sampleOn: 'postgres' },
);

/** Products without variants are in no collection of Vendure. */
function collectionsWanted({ products, collections }: ExpectedCatalog): Record<string, number> {
    const empty = products.filter(({ variants }) => variants.length === 0);
    return Object.fromEntries(
        Object.entries(collections).map(([path, count]) => {
            const without = empty.filter(({ facets }) => facets.includes(`category:${path}`)).length;
            return [path.toLowerCase(), count - without];
        }),
    );
}

/** In words that do not depend on the order of rows and on how a facet was written first. */
function differencesBetween(expected: ReadProduct[], actual: ReadProduct[]): unknown[] {
    const lines = (products: ReadProduct[], others: ReadProduct[]) =>
        new Map(
            products.map((product): [string, unknown] => {
                const key = keyOf(product);
                return [
                    key,
                    normalised(
                        product,
                        others.find(other => keyOf(other) === key),
                    ),
                ];
            }),
        );
    const left = lines(expected, expected);
    const right = lines(actual, expected);
    const keys = [...new Set([...left.keys(), ...right.keys()])];
    const differing = keys.filter(key => JSON.stringify(left.get(key)) !== JSON.stringify(right.get(key)));
    const sizes = expected.length === actual.length ? [] : [`${actual.length} instead of ${expected.length} products`];
    return [...sizes, ...differing.slice(0, 2).map(key => ({ expected: left.get(key), actual: right.get(key) }))];
}

const keyOf = ({ name, fields, variants }: ReadProduct): string =>
    textOf(fields.externalId ?? [name, ...variants.map(({ sku }) => sku).sort()].join('|'));

function normalised(product: ReadProduct, expected: ReadProduct | undefined): unknown {
    const low = (list: readonly string[]) =>
        [
            ...new Set(
                list.map(item =>
                    item
                        .toLowerCase()
                        .replace(/[^\p{L}\p{N}]+/gu, '-')
                        .replace(/^-|-$/g, ''),
                ),
            ),
        ].sort();
    // Storage does not take every sign of a name.
    const files = (names: readonly string[]) => names.map(name => name.toLowerCase().replace(/[^a-z0-9.]+/g, '_'));
    const sorted = (fields: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
        name: product.name,
        enabled: product.enabled,
        description: product.description.trim(),
        german: product.german,
        facets: low(product.facets),
        assets: files(product.assets),
        fields: sorted(product.fields),
        variants: product.variants
            .map(variant => ({
                sku: variant.sku,
                enabled: variant.enabled,
                price: variant.price,
                options: low(variant.options),
                stock: variant.stock,
                tracked: variant.tracked,
                tax: variant.tax,
                facets: low(variant.facets),
                assets: files(variant.assets),
                // Where the file gives none, Vendure needs one made of product and options.
                german: expected?.variants.some(one => one.sku === variant.sku && one.german)
                    ? variant.german
                    : undefined,
                fields: sorted(variant.fields),
            }))
            .sort((a, b) => (JSON.stringify([a.sku, a.options]) < JSON.stringify([b.sku, b.options]) ? -1 : 1)),
    };
}

function withFieldsOfTheVendureFile({ Product, ProductVariant, ...others }: CustomFields): CustomFields {
    return {
        ...others,
        Product: [
            ...Product!,
            { name: 'pageType', type: 'string', nullable: true },
            { name: 'localName', type: 'localeString', nullable: true },
            { name: 'keywords', type: 'string', list: true, nullable: true },
            { name: 'owner', type: 'relation', entity: User, nullable: true },
        ],
        ProductVariant: [...ProductVariant!, { name: 'valid', type: 'boolean', nullable: true }],
    };
}

/** The columns of custom fields are the shop's own, so their types are part of its mapping. */
function forCustomFieldsOfTheVendureFile({ steps }: { steps: { config: { operators: object[] } }[] }): void {
    steps[1]!.config.operators.splice(
        3,
        0,
        { op: 'split', args: { path: 'productCustomFields.keywords' } },
        { op: 'parseJson', args: { path: 'productCustomFields.owner' } },
        { op: 'toNumber', args: { path: 'customFields.weight' } },
        { op: 'toBoolean', args: { path: 'customFields.valid' } },
    );
}
