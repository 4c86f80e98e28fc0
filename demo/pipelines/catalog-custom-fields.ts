import type { CustomFields } from '@vendure/core';

/** Where the definitions of this folder put what Vendure has no field for. Money is in minor units. */
export const catalogCustomFields: CustomFields = {
    Product: [
        { name: 'externalId', type: 'string', nullable: true },
        { name: 'seoTitle', type: 'localeString', nullable: true },
        { name: 'seoDescription', type: 'localeText', nullable: true },
        { name: 'shortDescription', type: 'localeText', nullable: true },
        { name: 'visibility', type: 'string', nullable: true },
        { name: 'featured', type: 'boolean', nullable: true },
        { name: 'giftCard', type: 'boolean', nullable: true },
        { name: 'externalUrl', type: 'text', nullable: true },
        { name: 'buttonText', type: 'string', nullable: true },
        { name: 'groupedSkus', type: 'string', list: true, nullable: true },
        { name: 'relatedSkus', type: 'string', list: true, nullable: true },
        { name: 'upsellSkus', type: 'string', list: true, nullable: true },
        { name: 'crossSellSkus', type: 'string', list: true, nullable: true },
    ],
    ProductVariant: [
        { name: 'compareAtPrice', type: 'int', nullable: true },
        { name: 'costPrice', type: 'int', nullable: true },
        { name: 'salePrice', type: 'int', nullable: true },
        { name: 'saleFrom', type: 'datetime', nullable: true },
        { name: 'saleUntil', type: 'datetime', nullable: true },
        { name: 'barcode', type: 'string', nullable: true },
        { name: 'weightGrams', type: 'float', nullable: true },
        { name: 'weight', type: 'float', nullable: true },
        { name: 'length', type: 'float', nullable: true },
        { name: 'width', type: 'float', nullable: true },
        { name: 'height', type: 'float', nullable: true },
    ],
};
