import { Trans, useLingui } from '@lingui/react/macro';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '@vendure/dashboard';
import { DoorOpen } from 'lucide-react';
import { Count } from '../../components/count';
import { ChoiceField } from '../../components/list/choice-field';
import { ListTable, type Column } from '../../components/list/list-table';
import { pageSize, Pager } from '../../components/list/pager';
import { Loaded, Nothing } from '../../components/page-states';
import { When } from '../../components/when';
import { gateListDocument } from '../../gql/gates';
import { usePollInterval } from '../../hooks/use-poll-interval';
import { Deadline, Decision, GateStateBadge, gateStates, type GateState, type ListedGate } from './gate-state';
import type { ViewProps } from './gates-page';

/** What waits for somebody, or what was decided; latest first. */
export function GateList({ view: { state, page }, setView }: Readonly<ViewProps>) {
    const { t } = useLingui();
    const variables = {
        state: state ? (state as GateState) : null,
        options: { skip: (page - 1) * pageSize, take: pageSize },
    };
    const query = useQuery({
        queryKey: ['data-hub-gates', variables],
        queryFn: () => api.query(gateListDocument, variables),
        placeholderData: keepPreviousData,
        refetchInterval: usePollInterval(true),
    });
    return (
        <div className="space-y-4">
            <ChoiceField
                label={t`State`}
                all={t`Every state`}
                value={state}
                options={Object.entries(gateStates).map(([value, { label }]) => ({ value, label: t(label) }))}
                onChange={value => setView({ state: value, page: 1 })}
            />
            <Loaded query={query}>
                {({ dataHubGates: { items, totalItems } }) =>
                    items.length === 0 ? (
                        <Nothing icon={DoorOpen} title={<Trans>No gates</Trans>}>
                            {state === 'WAITING' ? (
                                <Trans>
                                    Nothing waits for a decision. Records wait here at a GATE step, or when a run would
                                    change more than its guards allow.
                                </Trans>
                            ) : (
                                <Trans>No gate is in this state.</Trans>
                            )}
                        </Nothing>
                    ) : (
                        <>
                            <ListTable
                                label={t`Gates`}
                                columns={columnsFor(state)}
                                items={items}
                                keyOf={({ id }) => id}
                            />
                            <Pager page={page} totalItems={totalItems} onPage={value => setView({ page: value })} />
                        </>
                    )
                }
            </Loaded>
        </div>
    );
}

function columnsFor(state: string): Column<ListedGate>[] {
    const isWaiting = state === 'WAITING';
    const columns: (Column<ListedGate> | false)[] = [
        {
            key: 'gate',
            header: <Trans>Gate</Trans>,
            cell: gate => (
                <>
                    <GateLink gate={gate} />
                    <div className="mt-1 md:hidden">
                        <Reasons reasons={gate.reasons} />
                    </div>
                </>
            ),
        },
        !isWaiting && {
            key: 'state',
            header: <Trans>State</Trans>,
            cell: (gate: ListedGate) => <GateStateBadge gate={gate} />,
        },
        {
            key: 'reasons',
            header: <Trans>Why</Trans>,
            isSecondary: true,
            cell: ({ reasons }) => <Reasons reasons={reasons} />,
        },
        {
            key: 'waiting',
            header: <Trans>Records</Trans>,
            isNumber: true,
            cell: ({ waiting }) => <Count of={waiting} />,
        },
        { key: 'opened', header: <Trans>Since</Trans>, isSecondary: true, cell: gate => <When at={gate.openedAt} /> },
        isWaiting
            ? {
                  key: 'deadline',
                  header: <Trans>Deadline</Trans>,
                  isSecondary: true,
                  cell: gate => (
                      <span className="whitespace-normal">
                          <Deadline gate={gate} />
                      </span>
                  ),
              }
            : {
                  key: 'decision',
                  header: <Trans>Decision</Trans>,
                  isSecondary: true,
                  cell: gate =>
                      gate.decidedAt && (
                          <span className="block whitespace-normal">
                              <Decision gate={gate} />
                              {gate.note && <span className="block text-muted-foreground">{gate.note}</span>}
                          </span>
                      ),
              },
    ];
    return columns.filter(column => column !== false);
}

const Reasons = ({ reasons }: Pick<ListedGate, 'reasons'>) => (
    <ul className="min-w-48 whitespace-normal">
        {reasons.map(reason => (
            <li key={reason}>{reason}</li>
        ))}
    </ul>
);

function GateLink({ gate: { runId, stepKey, pipelineName } }: Readonly<{ gate: ListedGate }>) {
    return (
        <span className="block">
            <Link className="font-medium hover:underline" to="/data-hub/gates" search={{ run: runId, step: stepKey }}>
                {pipelineName}
            </Link>
            <span className="block text-xs text-muted-foreground">
                <Trans>
                    Step {stepKey}, run {runId}
                </Trans>
            </span>
        </span>
    );
}
