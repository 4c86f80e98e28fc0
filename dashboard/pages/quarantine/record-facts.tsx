import { Trans } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, Button } from '@vendure/dashboard';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { RecordErrorStateBadge, type RefusedRecord } from '../../components/record-error-state';
import { isUnderWay, RunStatusBadge } from '../../components/run-status';
import { When } from '../../components/when';
import { refusedAgainDocument } from '../../gql/quarantine';
import { quarantineKey } from './scope';
import type { ViewProps } from './quarantine-page';

type SetView = ViewProps['setView'];

/** Where the record comes from, what it waits for, and what became of it. */
export function RecordFacts({ record, setView }: Readonly<{ record: RefusedRecord; setView: SetView }>) {
    const { state, step, runId, file, line, cause, field, hint, raw, waitsFor, autoReplays } = record;
    return (
        <div className="space-y-3 text-sm">
            {hint && <p>{hint}</p>}
            <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
                <Fact name={<Trans>State</Trans>}>
                    <RecordErrorStateBadge state={state} />
                </Fact>
                <Fact name={<Trans>Cause</Trans>}>
                    <code>{cause}</code>
                </Fact>
                {field && (
                    <Fact name={<Trans>Field</Trans>}>
                        <code className="break-all">{field}</code>
                    </Fact>
                )}
                <Fact name={<Trans>Step</Trans>}>
                    <code>{step}</code>
                </Fact>
                {file && (
                    <Fact name={<Trans>File</Trans>}>
                        <span className="break-all">{file}</span>
                    </Fact>
                )}
                {line !== null && (
                    <Fact name={<Trans>Line</Trans>}>
                        <Count of={line} />
                    </Fact>
                )}
                <Fact name={<Trans>Run</Trans>}>
                    <RunLink id={runId} />, <When at={record.createdAt} />
                </Fact>
                {waitsFor && (
                    <Fact name={<Trans>Waits for</Trans>}>
                        <code className="break-all">{waitsFor}</code>
                        <p className="text-muted-foreground">
                            <Trans>When that has been created, this record is sent again by itself.</Trans>
                        </p>
                    </Fact>
                )}
                {autoReplays > 0 && (
                    <Fact name={<Trans>Sent again by itself</Trans>}>
                        <Count of={autoReplays} />
                    </Fact>
                )}
                {record.replayOf && (
                    <Fact name={<Trans>Refused before as</Trans>}>
                        <RecordLink id={record.replayOf} setView={setView} />
                    </Fact>
                )}
                {record.replayRunId && (
                    <Fact name={<Trans>Sent again in</Trans>}>
                        <Became id={record.id} runId={record.replayRunId} setView={setView} />
                    </Fact>
                )}
            </dl>
            {raw && (
                <details>
                    <summary className="cursor-pointer font-medium">
                        <Trans>Raw text</Trans>
                    </summary>
                    <pre className="mt-1 max-h-48 overflow-auto whitespace-pre-wrap break-all rounded border bg-muted/40 p-2 text-xs">
                        {raw}
                    </pre>
                </details>
            )}
        </div>
    );
}

function Became({ id, runId, setView }: Readonly<{ id: string; runId: string; setView: SetView }>) {
    const { data } = useQuery({
        queryKey: [quarantineKey, 'became', id, runId],
        queryFn: () => api.query(refusedAgainDocument, { runId, recordId: id }),
    });
    const run = data?.dataHubRun;
    const again = data?.dataHubRecordErrors.items[0];
    return (
        <span className="flex flex-wrap items-center gap-2">
            <RunLink id={runId} />
            {run && <RunStatusBadge status={run.status} />}
            {again && (
                <span>
                    <Trans>It was refused again:</Trans> <RecordLink id={again.id} setView={setView} /> {again.message}
                </span>
            )}
            {run && !again && !isUnderWay(run.status) && <Trans>It was not refused again.</Trans>}
        </span>
    );
}

function RunLink({ id }: Readonly<{ id: string }>) {
    return (
        <Link className="underline underline-offset-2" to="/data-hub/runs/$id" params={{ id }}>
            <Trans>Run {id}</Trans>
        </Link>
    );
}

function RecordLink({ id, setView }: Readonly<{ id: string; setView: SetView }>) {
    return (
        <Button
            variant="link"
            size="sm"
            className="h-auto p-0 text-foreground underline"
            onClick={() => setView({ record: id })}
        >
            <Trans>Record {id}</Trans>
        </Button>
    );
}

function Fact({ name, children }: Readonly<{ name: ReactNode; children: ReactNode }>) {
    return (
        <>
            <dt className="text-muted-foreground">{name}</dt>
            <dd className="min-w-0">{children}</dd>
        </>
    );
}
