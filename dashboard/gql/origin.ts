import { graphql } from './graphql';

export const entityOriginDocument = graphql(`
    query DataHubEntityOrigin($entityType: String!, $entityId: ID!) {
        dataHubEntityOrigin(entityType: $entityType, entityId: $entityId) {
            fields {
                entityType
                entityId
                entityKey
                path
                entry {
                    at
                    pipelineId
                    pipelineName
                    runId
                    runKind
                    file
                    line
                    change {
                        path
                        before
                        after
                        existedBefore
                        existsAfter
                    }
                }
            }
            runs {
                id
                status
                kind
                pipelineName
                createdAt
                startedAt
            }
            complete
        }
    }
`);
