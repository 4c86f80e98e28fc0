import { graphql } from './graphql';

export const runDocument = graphql(`
    query DataHubRun($id: ID!, $languageCode: LanguageCode) {
        dataHubRun(id: $id) {
            id
            createdAt
            pipelineId
            pipelineName
            revision
            status
            kind
            dryRun
            ofRunId
            triggeredBy
            languageCode
            startedAt
            finishedAt
            cancelRequested
            read
            created
            updated
            unchanged
            deleted
            rejected
            error
            hint
            summary(languageCode: $languageCode)
            undoProblem
            applyProblem
            undoneBy {
                id
                status
                createdAt
            }
            appliedBy {
                id
                status
                createdAt
            }
            progress {
                durationMs
                share
            }
            steps {
                step
                in
                out
                dropped
                rejected
                created
                updated
                unchanged
                deleted
            }
            live {
                recordsPerSecond
                batchesInFlight
                recordsInFlight
                etaSeconds
                steps {
                    step
                    recordsPerSecond
                }
            }
        }
    }
`);

/** What does not change while a run goes. */
export const runDefinitionDocument = graphql(`
    query DataHubRunDefinition($id: ID!) {
        dataHubRun(id: $id) {
            id
            definition
        }
    }
`);

/** The run that an undo is about. */
export const undoneRunDocument = graphql(`
    query DataHubUndoneRun($id: ID!) {
        dataHubRun(id: $id) {
            id
            undoProblem
            undoneBy {
                id
                createdAt
            }
        }
    }
`);

export const runCausesDocument = graphql(`
    query DataHubRunCauses($runId: ID!) {
        dataHubRecordErrorCauses(runId: $runId) {
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

export const runRecordErrorsDocument = graphql(`
    query DataHubRunRecordErrors($runId: ID!, $filter: DataHubRecordErrorFilter, $take: Int, $after: ID) {
        dataHubRecordErrorPage(runId: $runId, filter: $filter, take: $take, after: $after) {
            items {
                id
                step
                file
                line
                recordIndex
                recordKey
                field
                message
                hint
                replayRunId
            }
            nextCursor
        }
    }
`);

export const runLogDocument = graphql(`
    query DataHubRunLog($runId: ID!, $options: DataHubLogListOptions) {
        dataHubLogs(runId: $runId, options: $options) {
            items {
                id
                createdAt
                level
                step
                message
            }
            totalItems
        }
    }
`);

export const startRunDocument = graphql(`
    mutation RunDataHubPipeline($pipelineId: ID!, $dryRun: Boolean) {
        runDataHubPipeline(pipelineId: $pipelineId, dryRun: $dryRun) {
            __typename
            ... on DataHubRun {
                id
            }
            ... on ErrorResult {
                message
            }
        }
    }
`);

export const cancelRunDocument = graphql(`
    mutation CancelDataHubRun($runId: ID!) {
        cancelDataHubRun(runId: $runId) {
            id
        }
    }
`);

export const resumeRunDocument = graphql(`
    mutation ResumeDataHubRun($runId: ID!) {
        resumeDataHubRun(runId: $runId) {
            id
        }
    }
`);

export const undoRunDocument = graphql(`
    mutation UndoDataHubRun($runId: ID!, $dryRun: Boolean) {
        undoDataHubRun(runId: $runId, dryRun: $dryRun) {
            id
        }
    }
`);

export const applyPlanDocument = graphql(`
    mutation ApplyDataHubPlan($runId: ID!) {
        applyDataHubPlan(runId: $runId) {
            id
        }
    }
`);
