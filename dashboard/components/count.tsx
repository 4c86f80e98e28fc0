import { useLocalFormat } from '@vendure/dashboard';

/** A number as it is written in the language of the dashboard. */
export function Count({ of }: Readonly<{ of: number }>) {
    const { formatNumber } = useLocalFormat();
    return <span className="tabular-nums">{formatNumber(of)}</span>;
}
