import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, usePermissions } from '@vendure/dashboard';
import { ArrowLeft, ShieldCheck } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { KeysetPager } from '../../components/list/keyset-pager';
import { Loaded, Nothing } from '../../components/page-states';
import { useRecordName, type RecordErrorState } from '../../components/record-error-state';
import { columnsOf } from '../../components/record-grid/columns';
import { RecordGrid, type GridRecord } from '../../components/record-grid/record-grid';
import { causesDocument, recordPageDocument } from '../../gql/quarantine';
import { isEditable } from './editable';
import { GroupTools } from './group-tools';
import type { ViewProps } from './quarantine-page';
import { quarantineKey, scopeOf } from './scope';
import { UnsavedBar } from './unsaved-bar';
import { useRecordEdits } from './use-record-edits';

const take = 50;

/** The records of one cause, to be corrected and sent again. */
export function CauseGroup({ view, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const { state, cause, term, after } = view;
    const scope = scopeOf(view);
    const nameOf = useRecordName();
    const mayEdit = usePermissions().hasPermissions(['EditDataHubRecordError']);
    const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
    const edits = useRecordEdits();

    const group = useQuery({
        queryKey: [quarantineKey, 'causes-of', scope],
        queryFn: () => api.query(causesDocument, scope),
    }).data?.dataHubRecordErrorCauses.find(each => each.cause === cause);
    const filter = {
        cause: [cause],
        ...(state && { state: [state as RecordErrorState] }),
        ...(term && { text: term }),
    };
    const variables = { ...scope, filter, take, after: after || null };
    const query = useQuery({
        queryKey: [quarantineKey, 'page', variables],
        queryFn: () => api.query(recordPageDocument, variables),
        placeholderData: keepPreviousData,
    });
    const page = query.data?.dataHubRecordErrorPage.items;
    const items = useMemo(
        (): GridRecord[] =>
            (page ?? []).map(record => ({
                id: record.id,
                name: nameOf(record),
                record: record.record as GridRecord['record'],
                preview: record.recordPreview ?? (isEditable(record) ? null : record.raw),
                field: record.field,
                message: record.message,
                isEditable: mayEdit && isEditable(record),
            })),
        [page, mayEdit],
    );
    const select = useCallback((ids: readonly string[], isSelected: boolean) => {
        setSelected(before => {
            const next = new Set(before);
            for (const id of ids) {
                if (isSelected) next.add(id);
                else next.delete(id);
            }
            return next;
        });
    }, []);
    const counts: Record<RecordErrorState, number> = {
        OPEN: group?.open ?? 0,
        REPLAYED: group?.replayed ?? 0,
        RESOLVED: group?.resolved ?? 0,
        IGNORED: group?.ignored ?? 0,
    };
    const total = state ? counts[state as RecordErrorState] : (group?.count ?? 0);
    const { pipeline, run } = view;
    return (
        <section className="space-y-4" aria-labelledby="data-hub-cause">
            <div>
                <Link
                    className="inline-flex items-center gap-1 text-sm hover:underline"
                    to="/data-hub/quarantine"
                    search={{ ...(pipeline && { pipeline }), ...(run && { run }), ...(state !== 'OPEN' && { state }) }}
                >
                    <ArrowLeft className="size-4" aria-hidden="true" />
                    <Trans>All causes</Trans>
                </Link>
                <h2 id="data-hub-cause" className="mt-1 text-lg font-medium">
                    {group?.message ?? cause}
                </h2>
                {page?.[0]?.hint && <p className="text-sm">{page[0].hint}</p>}
                <code className="text-xs text-muted-foreground">{cause}</code>
            </div>
            <GroupTools
                view={view}
                counts={counts}
                selected={selected}
                fields={columnsOf(items)}
                unsaved={edits}
                onReplayed={runIds => setView({ replays: runIds.join(',') })}
                onDone={() => setSelected(new Set())}
            />
            <UnsavedBar
                count={edits.count}
                isSaving={edits.isSaving}
                // Each row says why it could not be saved.
                onSave={() => void edits.save().catch(() => undefined)}
                onDiscard={edits.discard}
            />
            <Loaded query={query}>
                {({ dataHubRecordErrorPage: { nextCursor } }) =>
                    items.length === 0 ? (
                        <Nothing icon={ShieldCheck} title={<Trans>No records</Trans>}>
                            {term ? (
                                <Trans>No record of this group fits what you search for.</Trans>
                            ) : (
                                <Trans>No record of this group is in this state any more.</Trans>
                            )}
                        </Nothing>
                    ) : (
                        <div>
                            <RecordGrid
                                label={t`Records of this group`}
                                items={items}
                                edits={edits.edits}
                                problems={edits.problems}
                                selected={selected}
                                onEdit={edits.edit}
                                onSelect={select}
                                onOpen={id => setView({ record: id })}
                            />
                            <KeysetPager
                                after={after}
                                nextCursor={nextCursor}
                                shown={items.length}
                                pageSize={take}
                                total={term ? undefined : total}
                                onAfter={value => setView({ after: value })}
                            />
                        </div>
                    )
                }
            </Loaded>
        </section>
    );
}
