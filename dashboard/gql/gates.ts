import { changeSetFragment } from './changes';
import { graphql } from './graphql';

const gateFragment = graphql(`
    fragment DataHubListedGate on DataHubGate {
        id
        runId
        runStatus
        pipelineId
        pipelineName
        stepKey
        kind
        state
        waiting
        reasons
        openedAt
        deadlineAt
        onTimeout
        decidedByName
        decidedBy
        decidedAt
        note
    }
`);

export const gateListDocument = graphql(
    `
        query DataHubGates($state: DataHubGateState, $options: DataHubGateListOptions) {
            dataHubGates(state: $state, options: $options) {
                items {
                    ...DataHubListedGate
                }
                totalItems
            }
        }
    `,
    [gateFragment],
);

export const gateDocument = graphql(
    `
        query DataHubGate($runId: ID!, $stepKey: String!) {
            dataHubGate(runId: $runId, stepKey: $stepKey) {
                ...DataHubListedGate
                preview
                webhookState
                emailState
                counts {
                    records
                    changed
                    rejected
                    prices
                    priceJumps
                    disabled
                    deleted
                    stockToZero
                }
            }
        }
    `,
    [gateFragment],
);

export const gatePlanDocument = graphql(
    `
        query DataHubGatePlan($runId: ID!, $stepKey: String!, $options: DataHubChangeSetListOptions) {
            dataHubGate(runId: $runId, stepKey: $stepKey) {
                plan(options: $options) {
                    totalItems
                    items {
                        ...DataHubChange
                    }
                }
            }
        }
    `,
    [changeSetFragment],
);

export const approveGateDocument = graphql(`
    mutation DataHubApproveGate($runId: ID!, $stepKey: String!, $note: String) {
        approveGate(runId: $runId, stepKey: $stepKey, note: $note) {
            id
            state
        }
    }
`);

export const rejectGateDocument = graphql(`
    mutation DataHubRejectGate($runId: ID!, $stepKey: String!, $note: String) {
        rejectGate(runId: $runId, stepKey: $stepKey, note: $note) {
            id
            state
        }
    }
`);

/** Waiting gates of one run, for the numbers in its graph. */
export const waitingGatesDocument = graphql(`
    query DataHubWaitingGates($runId: ID!) {
        dataHubGates(runId: $runId, state: WAITING) {
            items {
                id
                stepKey
                waiting
            }
        }
    }
`);
