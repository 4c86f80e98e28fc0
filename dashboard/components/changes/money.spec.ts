import { expect, it } from 'vitest';
import { formatMoney } from './money';

it.each([
    [1999, 'USD', 2, 'en-US', '$19.99'],
    [-5, 'USD', 2, 'en-US', '-$0.05'],
    [0, 'EUR', 2, 'de-DE', '0,00 €'],
    // The shop keeps two places for every currency, yen has none.
    [120000, 'JPY', 2, 'en-US', '¥1,200'],
    [120050, 'JPY', 2, 'en-US', '¥1,200.5'],
    [19995, 'USD', 3, 'en-US', '$19.995'],
    [19990, 'USD', 3, 'en-US', '$19.99'],
    [42, 'USD', 0, 'en-US', '$42'],
    [9007199254740991, 'USD', 2, 'en-US', '$90,071,992,547,409.91'],
    [1999, 'not a currency', 2, 'en-US', '19.99 not a currency'],
])('%i %s with %i places in %s is %s', (amount, currencyCode, precision, locale, text) => {
    expect(formatMoney(amount, currencyCode, precision, locale).replace(/\s/g, ' ')).toBe(text);
});
