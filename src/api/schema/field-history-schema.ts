import { gql } from 'graphql-tag';

export const fieldHistorySchema = gql`
    "One change of one field, with where its value came from."
    type DataHubFieldHistoryEntry {
        changeSetId: ID!
        at: DateTime!
        pipelineId: ID!
        pipelineCode: String!
        pipelineName: String!
        runId: ID!
        runKind: DataHubRunKind!
        triggeredBy: String!
        step: String!
        file: String
        line: Int
        "Natural key of the record that the value came with."
        recordKey: String!
        action: DataHubChangeAction!
        change: DataHubFieldChange!
    }

    type DataHubFieldHistory {
        items: [DataHubFieldHistoryEntry!]!
        "For the next page; null when there is none."
        nextCursor: ID
    }

    extend type Query {
        """
        Why a field has its value: every run that wrote it, newest first. The path is as change sets name it, such as
        translations.en.name; prices stands for all prices, and without a path every field is told. A page holds at most take
        runs, 20 by default.
        """
        dataHubFieldHistory(
            entityType: String!
            entityId: ID!
            path: String
            take: Int
            after: ID
        ): DataHubFieldHistory!
    }
`;
