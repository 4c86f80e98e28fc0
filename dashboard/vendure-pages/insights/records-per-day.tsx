import { Trans, useLingui } from '@lingui/react/macro';
import {
    type ChartConfig,
    ChartContainer,
    ChartTooltip,
    ChartTooltipContent,
    useLocalFormat,
} from '@vendure/dashboard';
import { Bar, BarChart, XAxis } from 'recharts';
import type { ResultOf } from '../../gql/graphql';
import type { todayDocument } from '../../gql/insights';

type Day = ResultOf<typeof todayDocument>['dataHubToday']['days'][number];

/** What was written and what was refused, a bar for each day; a table for those who cannot see it. */
export function RecordsPerDay({ days }: Readonly<{ days: readonly Day[] }>) {
    const { t } = useLingui();
    const { formatDate, formatNumber } = useLocalFormat();
    const bars = days.map(({ date, created, updated, deleted, rejected }) => ({
        // Noon is the same day in every time zone that a browser may be in.
        day: formatDate(`${date}T12:00:00`, { month: 'short', day: 'numeric' }),
        written: created + updated + deleted,
        rejected,
    }));
    if (bars.every(({ written, rejected }) => written + rejected === 0))
        return (
            <p className="text-sm text-muted-foreground">
                <Trans>No pipeline wrote anything in these days.</Trans>
            </p>
        );
    const config: ChartConfig = {
        written: { label: t`Written`, color: 'var(--color-brand)' },
        rejected: { label: t`Rejected`, color: 'var(--destructive)' },
    };
    return (
        <>
            <ChartContainer config={config} className="aspect-auto min-h-24 w-full grow" aria-hidden="true">
                <BarChart data={bars} accessibilityLayer={false}>
                    <XAxis dataKey="day" tickLine={false} axisLine={false} interval="preserveStartEnd" />
                    <ChartTooltip content={<ChartTooltipContent />} />
                    <Bar dataKey="written" stackId="records" fill="var(--color-written)" isAnimationActive={false} />
                    <Bar dataKey="rejected" stackId="records" fill="var(--color-rejected)" isAnimationActive={false} />
                </BarChart>
            </ChartContainer>
            <table className="sr-only">
                <caption>{t`Records per day`}</caption>
                <thead>
                    <tr>
                        <th>{t`Day`}</th>
                        <th>{t`Written`}</th>
                        <th>{t`Rejected`}</th>
                    </tr>
                </thead>
                <tbody>
                    {bars.map(({ day, written, rejected }) => (
                        <tr key={day}>
                            <th>{day}</th>
                            <td>{formatNumber(written)}</td>
                            <td>{formatNumber(rejected)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </>
    );
}
