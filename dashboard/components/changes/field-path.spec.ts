import { expect, it } from 'vitest';
import { parseFieldPath, wordsOf } from './field-path';

it.each([
    ['name', { field: 'name' }],
    ['translations.de.name', { field: 'name', languageCode: 'de' }],
    ['translations.pt_BR.customFields.care', { field: 'care', languageCode: 'pt_BR', isCustom: true }],
    ['prices.__default_channel__.USD', { field: 'price', channel: '__default_channel__', currencyCode: 'USD' }],
    ['prices.shop\\.de.EUR', { field: 'price', channel: 'shop.de', currencyCode: 'EUR' }],
    ['stock.St\\. Gallen', { field: 'stock', location: 'St. Gallen' }],
    ['adjustments.A-7.Main', { field: 'stockAdjustment', location: 'Main' }],
    ['customFields.erpId', { field: 'erpId', isCustom: true }],
    ['customFields.size\\.cm', { field: 'size.cm', isCustom: true }],
    ['shippingAddress', { field: 'shippingAddress' }],
])('%s', (path, expected) => {
    expect(parseFieldPath(path)).toEqual(expected);
});

it.each([
    ['outOfStockThreshold', 'Out of stock threshold'],
    ['erp_id', 'Erp id'],
    ['externalURL', 'External URL'],
    ['slug', 'Slug'],
])('%s reads %s', (field, words) => {
    expect(wordsOf(field)).toBe(words);
});
