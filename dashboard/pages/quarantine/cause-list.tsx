import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Count } from '../../components/count';
import { ListTable, type Column } from '../../components/list/list-table';
import { Loaded, Nothing } from '../../components/page-states';
import { recordErrorStates, type RecordErrorState } from '../../components/record-error-state';
import { causesDocument, quarantineDocument } from '../../gql/quarantine';
import type { ViewProps } from './quarantine-page';
import { RecordActions } from './record-actions';
import { isWhole, quarantineKey, scopeOf } from './scope';
import { SheetTools } from './sheet-tools';

interface Group {
    cause: string;
    message: string;
    pipelineId?: string;
    pipelineName?: string;
    counts: Partial<Record<RecordErrorState, number>>;
}

/** Why records were refused, largest group first. */
export function CauseList({ view, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const scope = scopeOf(view);
    const query = useQuery({
        queryKey: [quarantineKey, 'causes', scope],
        queryFn: async (): Promise<Group[]> => {
            if (isWhole(scope)) {
                const { causes } = (await api.query(quarantineDocument)).dataHubQuarantine;
                return causes.map(({ open, ...group }) => ({ ...group, counts: { OPEN: open } }));
            }
            const { dataHubRecordErrorCauses } = await api.query(causesDocument, scope);
            return dataHubRecordErrorCauses.map(({ cause, message, open, replayed, resolved, ignored }) => ({
                cause,
                message,
                counts: { OPEN: open, REPLAYED: replayed, RESOLVED: resolved, IGNORED: ignored },
            }));
        },
    });
    const states = Object.keys(recordErrorStates) as RecordErrorState[];
    const shown = isWhole(scope) ? states.slice(0, 1) : states;
    const columns: Column<Group>[] = [
        {
            key: 'message',
            header: <Trans>Cause</Trans>,
            cell: group => (
                <GroupLink group={group} view={view}>
                    {group.message}
                </GroupLink>
            ),
        },
        ...(isWhole(scope)
            ? [
                  {
                      key: 'pipeline',
                      header: <Trans>Pipeline</Trans>,
                      cell: ({ pipelineName }: Group) => (
                          <span className="block min-w-24 whitespace-normal">{pipelineName}</span>
                      ),
                  },
              ]
            : []),
        ...shown.map(state => ({
            key: state,
            header: t(recordErrorStates[state].label),
            isNumber: true,
            isSecondary: state !== 'OPEN' && state !== view.state,
            cell: ({ counts }: Group) => <Count of={counts[state] ?? 0} />,
        })),
    ];
    return (
        <Loaded query={query}>
            {all => {
                const groups = all.filter(({ counts }) => !view.state || counts[view.state as RecordErrorState]);
                const open = all.reduce((sum, { counts }) => sum + (counts.OPEN ?? 0), 0);
                return (
                    <>
                        <div className="flex flex-wrap items-start justify-end gap-2">
                            {!isWhole(scope) && view.state === 'OPEN' && (
                                <RecordActions
                                    selection={scope}
                                    count={open}
                                    actions={['REPLAY']}
                                    onReplayed={runIds => setView({ replays: runIds.join(',') })}
                                />
                            )}
                            <SheetTools
                                scope={scope}
                                count={open}
                                onReplayed={runIds => setView({ replays: runIds.join(',') })}
                            />
                        </div>
                        {groups.length === 0 ? (
                            <NoGroups hasRecords={all.length > 0} />
                        ) : (
                            <ListTable
                                label={t`Causes`}
                                columns={columns}
                                items={groups}
                                keyOf={({ pipelineId, cause }) => `${pipelineId ?? ''} ${cause}`}
                            />
                        )}
                    </>
                );
            }}
        </Loaded>
    );
}

function GroupLink({
    group,
    view,
    children,
}: Readonly<{ group: Group; view: ViewProps['view']; children: ReactNode }>) {
    const { pipeline, run, state } = view;
    const search = {
        ...(group.pipelineId ? { pipeline: group.pipelineId } : { ...(pipeline && { pipeline }), ...(run && { run }) }),
        ...(state !== 'OPEN' && { state }),
        cause: group.cause,
    };
    return (
        <span className="block max-w-2xl min-w-32 break-words whitespace-normal">
            <Link className="font-medium hover:underline" to="/data-hub/quarantine" search={search}>
                {children}
            </Link>
            <code className="block text-xs text-muted-foreground">{group.cause}</code>
        </span>
    );
}

function NoGroups({ hasRecords }: Readonly<{ hasRecords: boolean }>) {
    return (
        <Nothing icon={ShieldCheck} title={<Trans>Nothing is waiting here</Trans>}>
            {hasRecords ? (
                <Trans>No refused record is in this state.</Trans>
            ) : (
                <Trans>
                    A record that a step refuses waits here with its cause, until somebody corrects it or sets it aside.
                </Trans>
            )}
        </Nothing>
    );
}
