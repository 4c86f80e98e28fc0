import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { Loaded } from '../../components/page-states';
import { todayDocument } from '../../gql/insights';
import { RecordsPerDay } from './records-per-day';

const everyMinuteMs = 60_000;

export default function Today() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const query = useQuery({
        queryKey: ['data-hub-today', timeZone],
        queryFn: async () => (await api.query(todayDocument, { timeZone })).dataHubToday,
        refetchInterval: everyMinuteMs,
    });
    return (
        <Loaded query={query} rows={3}>
            {({ runs, failed, openGates, openRecords, days }) => (
                <div className="flex h-full flex-col gap-4">
                    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
                        <Figure label={<Trans>Runs today</Trans>} value={runs} to="/data-hub/runs" />
                        <Figure label={<Trans>Failed</Trans>} value={failed} to="/data-hub/runs?status=FAILED" isBad />
                        <Figure label={<Trans>Waiting at gates</Trans>} value={openGates} to="/data-hub/gates" isBad />
                        <Figure
                            label={<Trans>In quarantine</Trans>}
                            value={openRecords}
                            to="/data-hub/quarantine"
                            isBad
                        />
                    </dl>
                    <RecordsPerDay days={days} />
                </div>
            )}
        </Loaded>
    );
}

interface FigureProps {
    label: ReactNode;
    value: number;
    to: string;
    /** More than none wants somebody. */
    isBad?: boolean;
}

function Figure({ label, value, to, isBad = false }: Readonly<FigureProps>) {
    return (
        <div>
            <dt className="text-sm text-muted-foreground">{label}</dt>
            <dd className={`text-2xl font-semibold ${isBad && value > 0 ? 'text-destructive dark:text-red-400' : ''}`}>
                <Link className="hover:underline" to={to}>
                    <Count of={value} />
                </Link>
            </dd>
        </div>
    );
}
