import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import { ListTable } from '../../components/list/list-table';
import { pageSize, Pager } from '../../components/list/pager';
import { Loaded } from '../../components/page-states';
import { pipelineRevisionListDocument } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';
import { RevisionComparison } from './revision-comparison';
import { useRevisionColumns } from './revision-columns';

interface RevisionsTabProps {
    pipeline: Pipeline;
    /** Numbers of the revisions that are compared; 0 for none. */
    from: number;
    to: number;
    page: number;
    onChange: (change: { from?: number; to?: number; page?: number }) => void;
}

export function RevisionsTab({ pipeline, from, to, page, onChange }: Readonly<RevisionsTabProps>) {
    const { t } = useLingui();
    const columns = useRevisionColumns(pipeline, (older, newer) => onChange({ from: older, to: newer }));
    const options = { skip: (page - 1) * pageSize, take: pageSize };
    const query = useQuery({
        queryKey: ['data-hub-pipeline-revisions', pipeline.id, pipeline.revision, options],
        queryFn: () => api.query(pipelineRevisionListDocument, { pipelineId: pipeline.id, options }),
        placeholderData: keepPreviousData,
    });
    return (
        <div className="space-y-6 pt-4">
            {from > 0 && to > 0 && <RevisionComparison pipeline={pipeline} from={from} to={to} onChange={onChange} />}
            <section className="space-y-2">
                <h2 className="text-base font-medium">
                    <Trans>All revisions</Trans>
                </h2>
                <Loaded query={query}>
                    {({ dataHubPipelineRevisions: { items, totalItems } }) => (
                        <>
                            <ListTable
                                label={t`Revisions`}
                                columns={columns}
                                items={items}
                                keyOf={revision => revision.id}
                            />
                            <Pager page={page} totalItems={totalItems} onPage={value => onChange({ page: value })} />
                        </>
                    )}
                </Loaded>
            </section>
        </div>
    );
}
