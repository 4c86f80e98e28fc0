import { graphql } from './graphql';
import { sentenceFragment } from './sentence';

/** What a run and each of its steps did, and how fast they are: for its graph. */
export const runNumbers = graphql(`
    fragment RunNumbers on DataHubRun {
        id
        status
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
            steps {
                step
                recordsPerSecond
            }
        }
    }
`);

/** For a sentence that names it. */
const relatedRun = graphql(`
    fragment RelatedRun on DataHubRun {
        id
        status
        createdAt
    }
`);

export const runDocument = graphql(
    `
        query DataHubRun($id: ID!, $languageCode: LanguageCode) {
            dataHubRun(id: $id) {
                createdAt
                pipelineId
                pipelineName
                revision
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
                undoProblem {
                    ...SentenceParts
                }
                applyProblem {
                    ...SentenceParts
                }
                undoneBy {
                    ...RelatedRun
                }
                appliedBy {
                    ...RelatedRun
                }
                replays {
                    ...RelatedRun
                }
                replayedBy {
                    ...RelatedRun
                }
                ...RunNumbers
                live {
                    recordsInFlight
                    etaSeconds
                }
            }
        }
    `,
    [runNumbers, sentenceFragment, relatedRun],
);

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
export const undoneRunDocument = graphql(
    `
        query DataHubUndoneRun($id: ID!) {
            dataHubRun(id: $id) {
                id
                undoProblem {
                    ...SentenceParts
                }
                undoneBy {
                    id
                    createdAt
                }
            }
        }
    `,
    [sentenceFragment],
);

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
