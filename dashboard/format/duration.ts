const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
] as const;

/** The two largest units of a duration, such as "2 min 5 sec"; below ten seconds with one decimal. */
export function formatDuration(durationMs: number, locale: string): string {
    const seconds = durationMs / 1_000;
    const format = (value: number, unit: string, maximumFractionDigits = 0) =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(
            value,
        );
    if (seconds < 10) return format(seconds, 'second', 1);
    const whole = Math.round(seconds);
    const first = units.findIndex(([, size]) => whole >= size);
    return units
        .slice(first, first + 2)
        .map(([unit, size], index) => {
            const rest = index === 0 ? whole : whole % units[first]![1];
            return { unit, value: Math.floor(rest / size) };
        })
        .filter(({ value }) => value > 0)
        .map(({ unit, value }) => format(value, unit))
        .join(' ');
}
