import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, useLocalFormat } from '@vendure/dashboard';
import { ChoiceField } from '../../components/list/choice-field';
import { SearchField } from '../../components/list/search-field';
import { recordErrorStates } from '../../components/record-error-state';
import { quarantineDocument, refusingRunsDocument, runOfQuarantineDocument } from '../../gql/quarantine';
import type { ViewProps } from './quarantine-page';
import { quarantineKey } from './scope';

/** By pipeline, by run of it, by state; and by text within a group. */
export function QuarantineFilters({ view, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const { formatDate, formatNumber } = useLocalFormat();
    const { pipeline, run, state, cause, term } = view;
    const all = useQuery({
        queryKey: [quarantineKey, 'all'],
        queryFn: () => api.query(quarantineDocument),
    }).data?.dataHubQuarantine;
    const chosen = useQuery({
        queryKey: [quarantineKey, 'run', run],
        queryFn: () => api.query(runOfQuarantineDocument, { id: run }),
        enabled: run !== '',
    }).data?.dataHubRun;
    const pipelineId = pipeline || (chosen?.pipelineId ?? '');
    const runs = useQuery({
        queryKey: [quarantineKey, 'runs', pipelineId],
        queryFn: () => api.query(refusingRunsDocument, { pipelineId }),
        enabled: pipelineId !== '',
    }).data?.dataHubRuns.items;

    const pipelines = (all?.pipelines ?? []).map(each => ({
        value: each.pipelineId,
        label: `${each.pipelineName} (${formatNumber(each.open)})`,
    }));
    // With nothing open any more it is not among them.
    if (pipelineId && !pipelines.some(({ value }) => value === pipelineId)) {
        const name = chosen?.pipelineName ?? runs?.[0]?.pipelineName ?? pipelineId;
        pipelines.push({ value: pipelineId, label: `${name} (${formatNumber(0)})` });
    }
    const listed = [...(runs ?? [])];
    if (chosen && !listed.some(({ id }) => id === chosen.id)) listed.push(chosen);
    const narrowed = { cause: '', term: '', after: '', record: '' };
    return (
        <div className="flex flex-wrap gap-2">
            <ChoiceField
                label={t`Pipeline`}
                all={t`Every pipeline`}
                value={pipelineId}
                options={pipelines}
                onChange={value => setView({ ...narrowed, pipeline: value, run: '' })}
            />
            {pipelineId && (
                <ChoiceField
                    label={t`Run`}
                    all={t`Every run`}
                    value={run}
                    options={listed.map(({ id, createdAt }) => {
                        const when = formatDate(createdAt, { dateStyle: 'short', timeStyle: 'short' });
                        return { value: id, label: t`Run ${id}, ${when}` };
                    })}
                    onChange={value => setView({ ...narrowed, pipeline: pipelineId, run: value })}
                />
            )}
            <ChoiceField
                label={t`State`}
                all={t`Every state`}
                value={state}
                options={Object.entries(recordErrorStates).map(([value, { label }]) => ({ value, label: t(label) }))}
                onChange={value => setView({ state: value, after: '', record: '' })}
            />
            {cause && (
                <SearchField
                    label={t`Search in this group`}
                    value={term}
                    onChange={value => setView({ term: value, after: '' })}
                />
            )}
        </div>
    );
}
