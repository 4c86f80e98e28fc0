import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { AnyRoute } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import { FileDiff } from 'lucide-react';
import { changeActions, type ChangeAction } from '../../components/changes/action-badge';
import { ChangeTable } from '../../components/changes/change-table';
import { useEntityTypeName } from '../../components/changes/entity-name';
import { ChoiceField } from '../../components/list/choice-field';
import { KeysetPager } from '../../components/list/keyset-pager';
import { SearchField } from '../../components/list/search-field';
import { Loaded, Nothing } from '../../components/page-states';
import { isUnderWay } from '../../components/run-status';
import { changesDocument } from '../../gql/changes';
import { useAddressState } from '../../hooks/use-address-state';
import { ChangeCounts } from './change-counts';
import { useChangeCounts } from './use-change-counts';
import { useRunListOptions, type Run } from './use-run';

const pageSize = 25;

/** What a run changed, or would change, filtered and a page at a time: there may be a hundred thousand. */
export function RunChanges({ run, route }: Readonly<{ run: Run; route: AnyRoute }>) {
    const { t } = useLingui();
    const typeName = useEntityTypeName();
    const initial = { action: '', entity: '', text: '', after: '' };
    const [{ action, entity, text, after }, setState] = useAddressState(route, initial);
    const counts = useChangeCounts(run).data?.dataHubChangeCounts;
    const filter = {
        ...(action && { action: [action as ChangeAction] }),
        ...(entity && { entityType: [entity] }),
        ...(text && { text }),
    };
    const variables = { runId: run.id, filter, take: pageSize, ...(after && { after }) };
    const { keyOf, options } = useRunListOptions(run);
    const query = useQuery({
        queryKey: keyOf('changes', variables),
        queryFn: () => api.query(changesDocument, variables),
        ...options,
    });
    const fitting = counts?.items.filter(
        item => (!action || item.action === action) && (!entity || item.entityType === entity),
    );
    const total = fitting?.reduce((sum, { count }) => sum + count, 0);
    const types = [...new Set(counts?.items.map(({ entityType }) => entityType))];
    return (
        <div className="space-y-3">
            <ChangeCounts
                run={run}
                counts={counts?.items ?? []}
                chosen={action}
                onChoose={value => setState({ action: value, after: '' })}
            />
            <div className="flex flex-wrap gap-2">
                <SearchField
                    label={t`Search by key`}
                    value={text}
                    onChange={value => setState({ text: value, after: '' })}
                />
                <ChoiceField
                    label={t`Action`}
                    all={t`Every action`}
                    value={action}
                    options={(['CREATE', 'UPDATE', 'DELETE'] as const).map(value => ({
                        value,
                        label: t(run.dryRun ? changeActions[value].planned : changeActions[value].done),
                    }))}
                    onChange={value => setState({ action: value, after: '' })}
                />
                <ChoiceField
                    label={t`Entity`}
                    all={t`Every entity`}
                    value={entity}
                    options={types.map(value => ({ value, label: typeName(value) }))}
                    onChange={value => setState({ entity: value, after: '' })}
                />
            </div>
            <Loaded query={query}>
                {({ dataHubChanges: { items, nextCursor } }) =>
                    items.length === 0 ? (
                        <NoChanges run={run} isFiltered={Boolean(action || entity || text)} />
                    ) : (
                        <>
                            <ChangeTable label={t`Changes`} changes={items} />
                            <KeysetPager
                                key={JSON.stringify(filter)}
                                after={after}
                                pageSize={pageSize}
                                shown={items.length}
                                nextCursor={nextCursor}
                                total={text ? undefined : total}
                                onAfter={value => setState({ after: value })}
                            />
                        </>
                    )
                }
            </Loaded>
        </div>
    );
}

function NoChanges({ run, isFiltered }: Readonly<{ run: Run; isFiltered: boolean }>) {
    return (
        <Nothing icon={FileDiff} title={<Trans>No changes</Trans>}>
            {isFiltered ? (
                <Trans>No change fits what you search for.</Trans>
            ) : isUnderWay(run.status) ? (
                <Trans>Nothing so far. They appear here as they come.</Trans>
            ) : run.dryRun ? (
                <Trans>Everything is already as it should be.</Trans>
            ) : (
                <Trans>This run changed nothing, or its changes are not kept any more.</Trans>
            )}
        </Nothing>
    );
}
