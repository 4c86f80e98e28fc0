import { describe, expect, it } from 'vitest';
import { builtInRegistry } from '../../validation/built-in-registry';
import { validateDefinition } from '../../validation/validate-definition';
import { FILE_STYLES } from './file-styles';
import { fitToShop } from './fit-to-shop';

const styleOf = (code: string) => FILE_STYLES.find(style => style.code === code)!;

describe('a known pipeline in a shop', () => {
    it('stays as it is where the shop has a place for everything', () => {
        for (const { definition } of FILE_STYLES) {
            const names = [...JSON.stringify(definition).matchAll(/ustomFields\.(\w+)/g)].map(([, name]) => name!);
            const fitted = fitToShop(definition, { product: names, variant: names });
            expect(fitted).toEqual({ definition, notes: [] });
        }
    });

    it.each(FILE_STYLES.map(({ code }) => code))('%s runs without any custom field', code => {
        const { definition } = styleOf(code);
        const { definition: fitted } = fitToShop(definition, { product: [], variant: [] });
        expect(validateDefinition(fitted, builtInRegistry()).problems).toEqual([]);
        const products = fitted.steps.find(({ config }) => config.adapterCode === 'product')!;
        expect(products.config).toMatchObject({ matchBy: 'slug' });
        expect(products.config).not.toHaveProperty('matchField');
    });

    it('does not clear a custom field that cannot be null', () => {
        const { definition } = styleOf('shopify-products');
        const all = [...JSON.stringify(definition).matchAll(/ustomFields\.(\w+)/g)].map(([, name]) => name!);
        const fitted = fitToShop(definition, { product: all, variant: all, variantNeeds: ['compareAtPrice', 'other'] });
        expect(fitted.notes).toEqual([]);
        expect((fitted.definition.steps[1]!.config.operators as unknown[]).at(-1)).toEqual({
            op: 'each',
            args: {
                path: 'variants',
                operators: [
                    {
                        op: 'when',
                        args: {
                            if: { field: 'customFields.compareAtPrice', isEmpty: true },
                            then: [{ op: 'remove', args: { paths: ['customFields.compareAtPrice'] } }],
                        },
                    },
                ],
            },
        });
        expect(validateDefinition(fitted.definition, builtInRegistry()).problems).toEqual([]);
    });

    it('leaves out what the shop has no field for, and says so', () => {
        const { definition, notes } = fitToShop(styleOf('woocommerce-products').definition, {
            product: ['featured'],
            variant: ['weight'],
        });
        expect(notes).toEqual([
            expect.stringMatching(/^Left out, because the shop has no custom fields for it: .*salePrice/),
            'Products are found by their slugs, because they have no custom field "externalId" for the id of the other shop.',
        ]);
        expect(notes[0]).not.toMatch(/featured|weight\b/);
        const operators = definition.steps.find(({ key }) => key === 'products')!.config.operators as {
            op: string;
            args: { path?: string; paths?: string[]; operators?: { args: { paths: string[] } }[] };
        }[];
        const [ofProduct, ofTexts, ofVariants] = operators.slice(-3);
        expect(ofProduct).toMatchObject({
            op: 'remove',
            args: { paths: expect.arrayContaining(['customFields.weight']) as unknown },
        });
        expect(ofProduct!.args.paths).not.toContain('customFields.featured');
        expect(ofTexts).toMatchObject({ op: 'each', args: { path: 'translations' } });
        expect(ofVariants).toMatchObject({ op: 'each', args: { path: 'variants' } });
        expect(ofVariants!.args.operators![0]!.args.paths).not.toContain('customFields.weight');
    });
});
