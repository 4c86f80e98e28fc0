import { graphql } from './graphql';

export const quarantineDocument = graphql(`
    query DataHubQuarantineOfAll {
        dataHubQuarantine {
            open
            pipelines {
                pipelineId
                pipelineName
                open
            }
            causes {
                cause
                message
                hint
                open
                pipelineId
                pipelineName
            }
        }
    }
`);

export const causesDocument = graphql(`
    query DataHubCauses($runId: ID, $pipelineId: ID) {
        dataHubRecordErrorCauses(runId: $runId, pipelineId: $pipelineId) {
            cause
            message
            count
            open
            replayed
            resolved
            ignored
        }
    }
`);

/** Runs by which the quarantine of a pipeline can be narrowed down. */
export const refusingRunsDocument = graphql(`
    query DataHubRefusingRuns($pipelineId: String!) {
        dataHubRuns(
            options: {
                filter: { pipelineId: { eq: $pipelineId }, rejected: { gt: 0 } }
                sort: { createdAt: DESC }
                take: 25
            }
        ) {
            items {
                id
                createdAt
                pipelineName
                rejected
            }
        }
    }
`);

export const runOfQuarantineDocument = graphql(`
    query DataHubRunOfQuarantine($id: ID!) {
        dataHubRun(id: $id) {
            id
            createdAt
            pipelineId
            pipelineName
            rejected
        }
    }
`);

const listed = graphql(`
    fragment DataHubListedRecord on DataHubRecordError {
        id
        createdAt
        state
        runId
        pipelineId
        step
        sourceStep
        cause
        field
        message
        hint
        file
        line
        recordIndex
        recordKey
        record
        recordPreview
        raw
        waitsFor
        autoReplays
        replayRunId
        replayOf
    }
`);

export const recordPageDocument = graphql(
    `
        query DataHubRecordPage(
            $runId: ID
            $pipelineId: ID
            $filter: DataHubRecordErrorFilter
            $take: Int
            $after: ID
        ) {
            dataHubRecordErrorPage(
                runId: $runId
                pipelineId: $pipelineId
                filter: $filter
                take: $take
                after: $after
            ) {
                items {
                    ...DataHubListedRecord
                }
                nextCursor
            }
        }
    `,
    [listed],
);

export const recordDocument = graphql(
    `
        query DataHubRefusedRecord($id: ID!) {
            dataHubRecordError(id: $id) {
                ...DataHubListedRecord
            }
            dataHubRecordErrorAudit(recordErrorId: $id, options: { take: 100 }) {
                totalItems
                items {
                    id
                    createdAt
                    action
                    fromState
                    toState
                    note
                    userName
                    edits {
                        path
                        before
                        after
                        existedBefore
                        existsAfter
                    }
                }
            }
        }
    `,
    [listed],
);

/** What a record became that was sent again: it is refused once more, or it went through. */
export const refusedAgainDocument = graphql(`
    query DataHubRefusedAgain($runId: ID!, $recordId: String!) {
        dataHubRecordErrors(runId: $runId, options: { filter: { replayOf: { eq: $recordId } }, take: 1 }) {
            items {
                id
                message
            }
        }
        dataHubRun(id: $runId) {
            id
            status
        }
    }
`);

export const editRecordsDocument = graphql(`
    mutation DataHubEditRecords($input: EditDataHubRecordErrorsInput!) {
        editDataHubRecordErrors(input: $input) {
            changed
        }
    }
`);

export const setRecordStateDocument = graphql(`
    mutation DataHubSetRecordState($input: SetDataHubRecordErrorStateInput!) {
        setDataHubRecordErrorState(input: $input) {
            changed
        }
    }
`);

export const replayRecordsDocument = graphql(`
    mutation DataHubReplayRecords($input: ReplayDataHubRecordErrorsInput!) {
        replayDataHubRecordErrors(input: $input) {
            replayed
            runs {
                id
            }
        }
    }
`);

export const replayRunDocument = graphql(`
    query DataHubReplayRun($id: ID!) {
        dataHubRun(id: $id) {
            id
            status
            dryRun
            pipelineName
            error
            read
            created
            updated
            unchanged
            deleted
            rejected
        }
    }
`);
