import { gql } from 'graphql-tag';

export const overviewSchema = gql`
    "From the worst to the best it says what to look at; see healthReason for why."
    enum DataHubPipelineHealth {
        "Cannot be run: disabled, or removed from the code."
        DISABLED
        "The last run that came to an end FAILED or timed out."
        FAILING
        "It works, but refused records or gates wait for somebody, or the last run refused some."
        WARNING
        "No run that writes has come to an end yet; dry runs do not count."
        NEVER_RUN
        HEALTHY
    }

    "How a pipeline is doing. Of runs, those that the user may see in the active channel."
    type DataHubPipelineOverview {
        health: DataHubPipelineHealth!
        "Why, in one English sentence."
        healthReason: String!
        "The newest run of the pipeline itself: neither a dry run nor a replay nor an undo."
        lastRun: DataHubRun
        "The newest of them that came to its end: COMPLETED or COMPLETED_WITH_ERRORS."
        lastSuccessfulRun: DataHubRun
        "What is RUNNING now, dry runs, replays and undos included."
        currentRun: DataHubRun
        "What waits in the queue and comes next. Null when nothing waits: no clock starts pipelines."
        nextRun: DataHubRun
        "Refused records that are OPEN, of all runs."
        openRecords: Int!
        "Gates that wait for a decision."
        waitingGates: Int!
    }

    extend type DataHubPipeline {
        "Null for those who may not see runs. A list of pipelines costs a constant number of statements."
        overview: DataHubPipelineOverview
    }

    "One day of runs that wrote or would have: dry runs are left out."
    type DataHubDay {
        "As yyyy-MM-dd, in the time zone that was asked for."
        date: String!
        runs: Int!
        "FAILED or TIMEOUT."
        failed: Int!
        read: Int!
        created: Int!
        updated: Int!
        unchanged: Int!
        deleted: Int!
        rejected: Int!
    }

    "What goes on, at a glance. Runs of the active channel, in the default channel of all."
    type DataHubToday {
        "Asked for today, dry runs left out, and how many of them failed."
        runs: Int!
        failed: Int!
        "Now."
        running: Int!
        queued: Int!
        openGates: Int!
        openRecords: Int!
        "The last 14 days with today, oldest first; days without runs are there with zeros."
        days: [DataHubDay!]!
    }

    "What somebody should look at; cheap enough to be asked every minute."
    type DataHubAlerts {
        since: DateTime!
        "Runs that ended as FAILED or TIMEOUT since then."
        failedRuns: Int!
        "The newest of them."
        lastFailedRun: DataHubRun
        openGates: Int!
    }

    extend type Query {
        "The time zone, such as Europe/Berlin, says when a day begins; UTC without it."
        dataHubToday(timeZone: String): DataHubToday!
        "Without since: the last 24 hours."
        dataHubAlerts(since: DateTime): DataHubAlerts!
    }
`;
