import { graphql } from './graphql';

export const changeSetFragment = graphql(`
    fragment DataHubChange on DataHubChangeSet {
        id
        step
        file
        line
        recordKey
        action
        entityType
        entityId
        entityKey
        applied
        fields {
            path
            before
            after
            existedBefore
            existsAfter
        }
    }
`);

export const changesDocument = graphql(
    `
        query DataHubChanges($runId: ID!, $filter: DataHubChangeFilter, $take: Int, $after: ID) {
            dataHubChanges(runId: $runId, filter: $filter, take: $take, after: $after) {
                items {
                    ...DataHubChange
                }
                nextCursor
            }
        }
    `,
    [changeSetFragment],
);

export const changeCountsDocument = graphql(`
    query DataHubChangeCounts($runId: ID!) {
        dataHubChangeCounts(runId: $runId) {
            total
            items {
                step
                entityType
                action
                count
            }
        }
    }
`);
