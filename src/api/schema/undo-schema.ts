import { gql } from 'graphql-tag';

export const undoSchema = gql`
    enum DataHubRunKind {
        "The pipeline as it is defined."
        PIPELINE
        "Refused records once more."
        REPLAY
        "The inverse of another run."
        UNDO
    }

    extend type DataHubRun {
        kind: DataHubRunKind!
        "The run that an UNDO takes back, or the plan that a PIPELINE run applies."
        ofRunId: ID
        "Undos of this run that wrote, or will write; newest first."
        undoneBy: [DataHubRun!]!
        "Of a REPLAY: the runs that refused the records it reads, newest first."
        replays: [DataHubRun!]!
        "Replays that read refused records of this run; newest first."
        replayedBy: [DataHubRun!]!
    }

    extend type Mutation {
        """
        Puts an undo of an ended run into the queue and returns it at once. Its change sets are what it puts back, its refused
        records what has been changed since and is left. With dryRun nothing is written: both are the preview.
        """
        undoDataHubRun(runId: ID!, dryRun: Boolean): DataHubRun!
    }
`;
