import { gql } from 'graphql-tag';

export const quarantineSchema = gql`
    "Refused records of one cause that are OPEN."
    type DataHubOpenCause {
        cause: String!
        "Of the oldest of them."
        message: String!
        hint: String
        open: Int!
        pipelineId: ID!
        pipelineCode: String!
        pipelineName: String!
    }

    type DataHubPipelineQuarantine {
        pipelineId: ID!
        pipelineCode: String!
        pipelineName: String!
        open: Int!
        causes: Int!
    }

    "What waits for somebody, over all pipelines. Largest first."
    type DataHubQuarantine {
        open: Int!
        pipelines: [DataHubPipelineQuarantine!]!
        "At most a thousand."
        causes: [DataHubOpenCause!]!
    }

    "All that are given must fit."
    input DataHubRecordErrorFilter {
        state: [DataHubRecordErrorState!]
        cause: [String!]
        step: [String!]
        "Part of the key, the message or the field, capital or small."
        text: String
    }

    type DataHubRecordErrorPage {
        items: [DataHubRecordError!]!
        "For the next page; null when there is none."
        nextCursor: ID
    }

    extend type Query {
        dataHubQuarantine: DataHubQuarantine!
        """
        As dataHubRecordErrors, but for long lists: a page costs the same wherever it stands, and nothing is counted. Of one run,
        of all runs of a pipeline, or of all pipelines. At most 500 each, 50 by default.
        """
        dataHubRecordErrorPage(
            runId: ID
            pipelineId: ID
            filter: DataHubRecordErrorFilter
            take: Int
            after: ID
        ): DataHubRecordErrorPage!
    }
`;
