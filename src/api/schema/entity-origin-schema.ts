import { gql } from 'graphql-tag';

export const entityOriginSchema = gql`
    "Who wrote a field last."
    type DataHubFieldOrigin {
        entityType: String!
        entityId: ID!
        "Natural key: slug, SKU."
        entityKey: String!
        path: String!
        entry: DataHubFieldHistoryEntry!
    }

    "Where an entity comes from."
    type DataHubEntityOrigin {
        "The last writer of every field, in the order of the entities and paths."
        fields: [DataHubFieldOrigin!]!
        "Runs that changed it, newest first."
        runs: [DataHubRun!]!
        "False when only the newest changes were looked at; see dataHubFieldHistory for all of one field."
        complete: Boolean!
    }

    extend type Query {
        "Of an entity; of a product with its variants. Looks at the newest 500 changes."
        dataHubEntityOrigin(entityType: String!, entityId: ID!): DataHubEntityOrigin!
    }
`;
