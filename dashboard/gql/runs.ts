import { graphql } from './graphql';

export const runListDocument = graphql(`
    query DataHubRuns($options: DataHubRunListOptions) {
        dataHubRuns(options: $options) {
            items {
                id
                createdAt
                pipelineId
                pipelineCode
                pipelineName
                status
                kind
                dryRun
                triggeredBy
                startedAt
                finishedAt
                read
                created
                updated
                unchanged
                deleted
                rejected
                progress {
                    durationMs
                    share
                }
            }
            totalItems
        }
    }
`);
