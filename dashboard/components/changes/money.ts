/**
 * An amount in minor units, exactly: it never passes through a fraction. `precision` is how many decimal places the shop
 * keeps for every currency; no more of them are shown than the currency has, unless the others are not zero.
 */
export function formatMoney(amount: number, currencyCode: string, precision: number, locale: string): string {
    const digits = String(Math.abs(Math.trunc(amount))).padStart(precision + 1, '0');
    const whole = digits.slice(0, digits.length - precision);
    const fraction = precision > 0 ? `.${digits.slice(-precision)}` : '';
    const decimal = `${amount < 0 ? '-' : ''}${whole}${fraction}`;
    try {
        const usual = new Intl.NumberFormat(locale, { style: 'currency', currency: currencyCode }).resolvedOptions();
        const format = new Intl.NumberFormat(locale, {
            style: 'currency',
            currency: currencyCode,
            minimumFractionDigits: Math.min(usual.maximumFractionDigits ?? precision, precision),
            maximumFractionDigits: precision,
        });
        return format.format(decimal as Intl.StringNumericLiteral);
    } catch {
        return `${decimal} ${currencyCode}`;
    }
}
