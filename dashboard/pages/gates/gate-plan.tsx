import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, useLocalFormat } from '@vendure/dashboard';
import { ChangeTable } from '../../components/changes/change-table';
import { pageSize, Pager } from '../../components/list/pager';
import { Loaded } from '../../components/page-states';
import { gatePlanDocument } from '../../gql/gates';
import type { ViewProps } from './gates-page';

/** What would be written behind the gate, as it was planned when it opened. */
export function GatePlan({ view: { run: runId, step: stepKey, planPage }, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const variables = { runId, stepKey, options: { skip: (planPage - 1) * pageSize, take: pageSize } };
    const query = useQuery({
        queryKey: ['data-hub-gate-plan', variables],
        queryFn: () => api.query(gatePlanDocument, variables),
        placeholderData: keepPreviousData,
    });
    return (
        <section className="space-y-2" aria-labelledby="data-hub-gate-plan">
            <h3 id="data-hub-gate-plan" className="font-medium">
                <Trans>What would be written</Trans>
            </h3>
            <Loaded query={query}>
                {({ dataHubGate }) => {
                    const { items = [], totalItems = 0 } = dataHubGate?.plan ?? {};
                    const total = formatNumber(totalItems);
                    if (totalItems === 0)
                        return (
                            <p className="text-sm text-muted-foreground">
                                <Trans>Nothing that is planned behind this gate is kept.</Trans>
                            </p>
                        );
                    return (
                        <>
                            <p className="text-sm text-muted-foreground">
                                <Trans>{total} changes, as they were planned when the gate opened.</Trans>
                            </p>
                            <ChangeTable label={t`What would be written`} changes={items} />
                            <Pager
                                page={planPage}
                                totalItems={totalItems}
                                onPage={value => setView({ planPage: value })}
                            />
                        </>
                    );
                }}
            </Loaded>
        </section>
    );
}
