import { gql } from 'graphql-tag';

export const changeSchema = gql`
    "A sentence for people. Who shows it in another language looks for the template and fills its gaps."
    type DataHubSentence {
        "In English."
        text: String!
        "The same with gaps such as {id}."
        template: String!
        "What fills the gaps, by name."
        values: JSON!
    }

    type DataHubChangeCount {
        step: String!
        entityType: String!
        action: DataHubChangeAction!
        count: Int!
    }

    """
    How many entities a run changed, or would change. Entities, not records: a record may change several. What stays as it is
    is not kept one by one; see unchanged of the run.
    """
    type DataHubChangeCounts {
        total: Int!
        items: [DataHubChangeCount!]!
    }

    "All that are given must fit."
    input DataHubChangeFilter {
        action: [DataHubChangeAction!]
        entityType: [String!]
        step: [String!]
        "Part of the key of the entity or of the record, capital or small."
        text: String
    }

    type DataHubChangePage {
        items: [DataHubChangeSet!]!
        "For the next page; null when there is none."
        nextCursor: ID
    }

    extend type DataHubRun {
        "What happened and what to do next, in a sentence or two: English, or German where that is asked for. Without languageCode: of the request."
        summary(languageCode: LanguageCode): String!
        "Runs that applied this plan; newest first."
        appliedBy: [DataHubRun!]!
        "Why undoDataHubRun would refuse it, and what to do next; null when it can be undone."
        undoProblem: [DataHubSentence!]
        "Why applyDataHubPlan would refuse it, and what to do next; null when it can be applied."
        applyProblem: [DataHubSentence!]
    }

    extend type Query {
        "By step, entity and action. Without what was planned at gates."
        dataHubChangeCounts(runId: ID!): DataHubChangeCounts!
        """
        The changes of a run in the order in which they were made, as dataHubChangeSets, but for long lists: a page costs the
        same wherever it stands, and nothing is counted. At most 500 each, 50 by default.
        """
        dataHubChanges(runId: ID!, filter: DataHubChangeFilter, take: Int, after: ID): DataHubChangePage!
    }

    extend type Mutation {
        """
        Runs the pipeline as the plan (an ended dry run) saw it: with its revision of the definition. Writes what the plan shows
        and nothing else. Records whose change is another one by now, or that were not in the plan, are refused with the cause
        plan-outdated. The run has the plan as its ofRunId.
        """
        applyDataHubPlan(runId: ID!): DataHubRun!
    }
`;
