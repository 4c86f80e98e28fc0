import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { Progress, useDisplayLocale, useLocalFormat } from '@vendure/dashboard';
import { formatDuration } from '../../format/duration';
import type { Run } from './use-run';

/** How far a run is: a bar where the source knows its size, and numbers in any case. */
export function RunProgress({ run }: Readonly<{ run: Run }>) {
    const { t } = useLingui();
    const { progress, status, cancelRequested } = run;
    const percent = progress.share === null ? null : Math.round(progress.share * 100);
    return (
        <div className="space-y-2">
            {status === 'RUNNING' && <Progress value={percent} aria-label={t`Progress`} />}
            <p className="text-sm" role="status">
                {cancelRequested ? (
                    <Trans>It is being cancelled: what is being written now is still finished.</Trans>
                ) : (
                    <State run={run} percent={percent} />
                )}
            </p>
        </div>
    );
}

function State({ run, percent }: Readonly<{ run: Run; percent: number | null }>) {
    if (run.status === 'PENDING') return <Trans>It waits for its turn, and begins by itself.</Trans>;
    if (run.status === 'PAUSED') {
        return (
            <Trans>
                It waits for somebody's decision at a{' '}
                <Link className="underline" to="/data-hub/gates">
                    gate
                </Link>
                .
            </Trans>
        );
    }
    return <Numbers run={run} percent={percent} />;
}

function Numbers({ run: { read, progress, live }, percent }: Readonly<{ run: Run; percent: number | null }>) {
    const { formatNumber } = useLocalFormat();
    const { bcp47Tag } = useDisplayLocale();
    const duration = (ms: number) => formatDuration(ms, bcp47Tag);
    const count = formatNumber(read);
    const perSecond = formatNumber(Math.round(live?.recordsPerSecond ?? 0));
    const left = duration((live?.etaSeconds ?? 0) * 1_000);
    const passed = duration(progress.durationMs ?? 0);
    const inFlight = formatNumber(live?.recordsInFlight ?? 0);
    return (
        <span className="flex flex-wrap gap-x-4 gap-y-1 tabular-nums">
            {percent !== null && <span className="font-medium">{formatNumber(percent)} %</span>}
            <span>
                <Trans>{count} records read</Trans>
            </span>
            {live && live.recordsPerSecond !== null && (
                <span>
                    <Trans>{perSecond} records per second</Trans>
                </span>
            )}
            {live && live.recordsInFlight > 0 && (
                <span>
                    <Trans>{inFlight} in progress</Trans>
                </span>
            )}
            <span>
                <Trans>for {passed}</Trans>
            </span>
            {live && live.etaSeconds !== null && (
                <span>
                    <Trans>{left} left</Trans>
                </span>
            )}
        </span>
    );
}
