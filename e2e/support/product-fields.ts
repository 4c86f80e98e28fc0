import { Asset, type CustomFields, Product } from '@vendure/core';

/** Custom fields of every kind that products have. `whileReading` is called while a batch that gives `even` is read. */
export const productFields = (whileReading: () => Promise<void>): CustomFields => ({
    Product: [
        { name: 'erpId', type: 'string', nullable: true },
        { name: 'claim', type: 'localeString', nullable: true },
        { name: 'releasedAt', type: 'datetime', nullable: true },
        { name: 'tags', type: 'string', list: true, nullable: true },
        { name: 'rating', type: 'int', min: 1, max: 5, defaultValue: 3 },
        { name: 'related', type: 'relation', entity: Product, list: true },
        { name: 'manual', type: 'relation', entity: Asset },
        { name: 'secret', type: 'string', readonly: true, nullable: true },
        {
            name: 'even',
            type: 'int',
            nullable: true,
            validate: async (value: number) => {
                await whileReading();
                return value % 2 ? 'must be even' : undefined;
            },
        },
        {
            name: 'size',
            type: 'struct',
            fields: [
                { name: 'width', type: 'int' },
                { name: 'unit', type: 'string' },
            ],
        },
    ],
    ProductVariant: [{ name: 'weight', type: 'float', nullable: true }],
});
