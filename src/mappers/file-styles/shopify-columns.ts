/** What the columns of a Shopify product file are called: exports and the product template differ. */
export interface ShopifyColumns {
    handle: string;
    title: string;
    description: string;
    category: string;
    published: string;
    optionNames: readonly [string, string, string];
    optionValues: readonly [string, string, string];
    sku: string;
    barcode: string;
    grams: string;
    price: string;
    compareAtPrice: string;
    inventoryTracker: string;
    inventoryQuantity: string;
    inventoryPolicy: string;
    image: string;
    variantImage: string;
    giftCard: string;
    seoTitle: string;
    seoDescription: string;
}

/** As Shopify exports products. */
export const exportColumns: ShopifyColumns = {
    handle: 'Handle',
    title: 'Title',
    description: 'Body (HTML)',
    category: 'Product Category',
    published: 'Published',
    optionNames: ['Option1 Name', 'Option2 Name', 'Option3 Name'],
    optionValues: ['Option1 Value', 'Option2 Value', 'Option3 Value'],
    sku: 'Variant SKU',
    barcode: 'Variant Barcode',
    grams: 'Variant Grams',
    price: 'Variant Price',
    compareAtPrice: 'Variant Compare At Price',
    inventoryTracker: 'Variant Inventory Tracker',
    inventoryQuantity: 'Variant Inventory Qty',
    inventoryPolicy: 'Variant Inventory Policy',
    image: 'Image Src',
    variantImage: 'Variant Image',
    giftCard: 'Gift Card',
    seoTitle: 'SEO Title',
    seoDescription: 'SEO Description',
};

/** As in the product template that Shopify offers for imports. */
export const templateColumns: ShopifyColumns = {
    handle: 'URL handle',
    title: 'Title',
    description: 'Description',
    category: 'Product category',
    published: 'Published on online store',
    optionNames: ['Option1 name', 'Option2 name', 'Option3 name'],
    optionValues: ['Option1 value', 'Option2 value', 'Option3 value'],
    sku: 'SKU',
    barcode: 'Barcode',
    grams: 'Weight value (grams)',
    price: 'Price',
    compareAtPrice: 'Compare-at price',
    inventoryTracker: 'Inventory tracker',
    inventoryQuantity: 'Inventory quantity',
    inventoryPolicy: 'Continue selling when out of stock',
    image: 'Product image URL',
    variantImage: 'Variant image URL',
    giftCard: 'Gift card',
    seoTitle: 'SEO title',
    seoDescription: 'SEO description',
};
