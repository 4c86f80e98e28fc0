import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import { ArrowLeft, SearchX } from 'lucide-react';
import type { JsonObject } from '../../../shared/json';
import { Loaded, Nothing } from '../../components/page-states';
import { gateDocument } from '../../gql/gates';
import { usePollInterval } from '../../hooks/use-poll-interval';
import { GateDecision } from './gate-decision';
import { GateFacts, GuardCounts } from './gate-facts';
import { GatePlan } from './gate-plan';
import { GateStateBadge, isDecidable } from './gate-state';
import type { ViewProps } from './gates-page';
import { RecordPreview } from './record-preview';

/** One gate: why it is there, what waits, what would be written behind it; and the decision. */
export function GateDetail({ view, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const { run: runId, step: stepKey, state } = view;
    const query = useQuery({
        queryKey: ['data-hub-gates', 'one', runId, stepKey],
        queryFn: () => api.query(gateDocument, { runId, stepKey }),
        refetchInterval: usePollInterval(true),
    });
    return (
        <div className="space-y-6">
            <Link
                className="inline-flex items-center gap-1 text-sm hover:underline"
                to="/data-hub/gates"
                search={state === 'WAITING' ? {} : { state }}
            >
                <ArrowLeft className="size-4" aria-hidden="true" />
                <Trans>All gates</Trans>
            </Link>
            <Loaded query={query}>
                {({ dataHubGate: gate }) =>
                    gate ? (
                        <>
                            <header className="flex flex-wrap items-center gap-3">
                                <h2 className="text-lg font-medium">
                                    <Trans>
                                        {gate.pipelineName}, step {stepKey}
                                    </Trans>
                                </h2>
                                <GateStateBadge gate={gate} />
                            </header>
                            <ul className="list-inside list-disc" aria-label={t`Why`}>
                                {gate.reasons.map(reason => (
                                    <li key={reason}>{reason}</li>
                                ))}
                            </ul>
                            {isDecidable(gate) && <GateDecision gate={gate} />}
                            <GateFacts gate={gate} />
                            {gate.counts && <GuardCounts counts={gate.counts} />}
                            <RecordPreview records={gate.preview as JsonObject[]} waiting={gate.waiting} />
                            <GatePlan view={view} setView={setView} />
                        </>
                    ) : (
                        <Nothing icon={SearchX} title={<Trans>There is no such gate</Trans>}>
                            <Trans>It may have been cleared away together with its run.</Trans>
                        </Nothing>
                    )
                }
            </Loaded>
        </div>
    );
}
