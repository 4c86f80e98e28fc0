import { api } from '@vendure/dashboard';
import { graphql, type VariablesOf } from './graphql';
import { runNumbers } from './run';

/** What is wrong with a definition. */
export const problemFragment = graphql(`
    fragment ProblemParts on DataHubDefinitionProblem {
        path
        message
        hint
        severity
    }
`);

/** For the list: everything of a row, and no definition. */
export const pipelineListDocument = graphql(`
    query DataHubPipelines($options: DataHubPipelineListOptions, $search: String, $health: [DataHubPipelineHealth!]) {
        dataHubPipelines(options: $options, search: $search, health: $health) {
            items {
                id
                code
                name
                enabled
                isCodeFirst
                disabledByCode
                revision
                overview {
                    health
                    healthReason
                    openRecords
                    waitingGates
                    lastRun {
                        id
                        status
                        createdAt
                        startedAt
                        finishedAt
                        read
                        created
                        updated
                        deleted
                        unchanged
                        rejected
                    }
                    currentRun {
                        id
                        dryRun
                        status
                        progress {
                            share
                        }
                    }
                    nextRun {
                        id
                        createdAt
                    }
                }
            }
            totalItems
        }
    }
`);

export const pipelineDocument = graphql(
    `
        query DataHubPipeline($id: ID!) {
            dataHubPipeline(id: $id) {
                id
                createdAt
                updatedAt
                code
                name
                enabled
                isCodeFirst
                disabledByCode
                revision
                definition
                problems {
                    ...ProblemParts
                }
                overview {
                    health
                    healthReason
                    openRecords
                    waitingGates
                    lastRun {
                        ...PipelineRunParts
                    }
                    currentRun {
                        ...PipelineRunParts
                    }
                    nextRun {
                        id
                        createdAt
                    }
                }
            }
        }
        fragment PipelineRunParts on DataHubRun {
            ...RunNumbers
            dryRun
            kind
            createdAt
            startedAt
            finishedAt
            error
            hint
        }
    `,
    [problemFragment, runNumbers],
);

export const validatePipelineDocument = graphql(
    `
        query ValidateDataHubPipeline($definition: JSON!) {
            validateDataHubPipeline(definition: $definition) {
                ...ProblemParts
            }
        }
    `,
    [problemFragment],
);

export const pipelineJsonSchemaDocument = graphql(`
    query DataHubPipelineJsonSchema {
        dataHubPipelineJsonSchema
    }
`);

/** For the list: no definitions, which may be long. */
export const pipelineRevisionListDocument = graphql(`
    query DataHubPipelineRevisions($pipelineId: ID!, $options: DataHubPipelineRevisionListOptions) {
        dataHubPipelineRevisions(pipelineId: $pipelineId, options: $options) {
            items {
                id
                createdAt
                number
                note
                createdBy
            }
            totalItems
        }
    }
`);

export const pipelineRevisionDocument = graphql(`
    query DataHubPipelineRevision($pipelineId: ID!, $number: Float!) {
        dataHubPipelineRevisions(pipelineId: $pipelineId, options: { filter: { number: { eq: $number } }, take: 1 }) {
            items {
                id
                number
                definition
            }
        }
    }
`);

const updatePipelineDocument = graphql(
    `
        mutation UpdateDataHubPipeline($input: UpdateDataHubPipelineInput!) {
            updateDataHubPipeline(input: $input) {
                __typename
                ... on DataHubPipeline {
                    id
                    revision
                }
                ... on DataHubDefinitionInvalidError {
                    message
                    problems {
                        ...ProblemParts
                    }
                }
                ... on DataHubPipelineReadOnlyError {
                    message
                }
                ... on DataHubPipelineConflictError {
                    message
                    currentRevision
                }
            }
        }
    `,
    [problemFragment],
);

export const updatePipeline = (input: VariablesOf<typeof updatePipelineDocument>['input']) => {
    // Declared, because its type cannot be inferred from a JSON scalar.
    const variables: VariablesOf<typeof updatePipelineDocument> = { input };
    return api.mutate(updatePipelineDocument, variables);
};

export const restoreRevisionDocument = graphql(`
    mutation RestoreDataHubPipelineRevision($revisionId: ID!, $currentRevision: Int!) {
        restoreDataHubPipelineRevision(revisionId: $revisionId, currentRevision: $currentRevision) {
            __typename
            ... on DataHubPipeline {
                id
                revision
            }
            ... on DataHubDefinitionInvalidError {
                message
            }
            ... on DataHubPipelineReadOnlyError {
                message
            }
            ... on DataHubPipelineConflictError {
                message
                currentRevision
            }
        }
    }
`);

export const deletePipelineDocument = graphql(`
    mutation DeleteDataHubPipeline($id: ID!) {
        deleteDataHubPipeline(id: $id) {
            __typename
            ... on DataHubDeleted {
                id
            }
            ... on DataHubPipelineReadOnlyError {
                message
            }
            ... on DataHubPipelineRunningError {
                message
            }
        }
    }
`);

/** What goes with a pipeline that is deleted. */
export const pipelineContentsDocument = graphql(`
    query DataHubPipelineContents($pipelineId: ID!, $runs: DataHubRunListOptions!) {
        dataHubRuns(options: $runs) {
            totalItems
        }
        dataHubPipelineRevisions(pipelineId: $pipelineId, options: { take: 1 }) {
            totalItems
        }
    }
`);
