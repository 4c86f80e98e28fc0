const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** In the largest unit that leaves at least one; with a digit after the point below ten. */
export function formatBytes(bytes: number, locale: string): string {
    const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
    const value = bytes / 1_000 ** power;
    return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: units[power],
        // Short, it would be "281 byte".
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: power > 0 && value < 10 ? 1 : 0,
    }).format(value);
}
