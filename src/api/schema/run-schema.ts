import { gql } from 'graphql-tag';

export const runSchema = gql`
    enum DataHubRunStatus {
        PENDING
        RUNNING
        PAUSED
        COMPLETED
        COMPLETED_WITH_ERRORS
        FAILED
        CANCELLED
        TIMEOUT
    }

    "One execution of a pipeline. Ask again every second or so while it is PENDING or RUNNING."
    type DataHubRun implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        pipelineId: ID!
        pipelineCode: String!
        pipelineName: String!
        "Revision of the pipeline that runs."
        revision: Int!
        "The definition that runs, of an undo or a replay its own; null for those who may not read pipelines. For one run at a time."
        definition: JSON
        status: DataHubRunStatus!
        "Nothing is written; the change sets are the plan."
        dryRun: Boolean!
        triggeredBy: String!
        channelId: ID!
        languageCode: String!
        startedAt: DateTime
        finishedAt: DateTime
        cancelRequested: Boolean!
        "Records read by all sources, malformed ones included."
        read: Int!
        created: Int!
        updated: Int!
        unchanged: Int!
        deleted: Int!
        rejected: Int!
        "Why the run as a whole ended badly."
        error: String
        "What to do about the error."
        hint: String
        progress: DataHubRunProgress!
        steps: [DataHubStepMetrics!]!
        "While it runs, a second old or so; null otherwise."
        live: DataHubRunLive
        "How many values it met that were edited in the shop since the last run; see dataHubDrifts."
        drift: DataHubDriftCounts!
    }

    type DataHubDriftCounts {
        "Those that stay as they are in the shop."
        kept: Int!
        "Those that follow the source again."
        overwritten: Int!
    }

    "A value that was edited in the shop while the source still gives what it gave in the last run."
    type DataHubDrift implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        runId: ID!
        "EXTRACT step that read the record."
        sourceStep: String!
        file: String
        line: Int
        recordIndex: Int!
        entityType: String!
        "Null for what was deleted in the shop."
        entityId: ID
        "Natural key of the entity: slug, SKU, code."
        entityKey: String!
        "As change sets name it; empty when the entity as a whole was deleted in the shop, or is there again."
        path: String!
        "As it is in the shop; null where it does not exist."
        shop: JSON
        "As the source has it; null where it does not exist."
        source: JSON
        "Whether the value of the shop stays."
        kept: Boolean!
    }

    type DataHubDriftList implements PaginatedList {
        items: [DataHubDrift!]!
        totalItems: Int!
    }

    "How fast a run goes at one moment."
    type DataHubRunLive {
        at: DateTime!
        "Read by all sources, over the last ten seconds; null in the first second."
        recordsPerSecond: Float
        "Batches that are being prepared or written."
        batchesInFlight: Int!
        recordsInFlight: Int!
        "Until the source is read to its end; null where it does not know its size."
        etaSeconds: Float
        steps: [DataHubStepRate!]!
    }

    type DataHubStepRate {
        step: String!
        "Records that enter the step."
        recordsPerSecond: Float!
    }

    type DataHubRunList implements PaginatedList {
        items: [DataHubRun!]!
        totalItems: Int!
    }

    type DataHubRunProgress {
        "Null where the source does not know. Float, because files may be larger than an Int can say."
        bytesRead: Float
        bytesTotal: Float
        "Between 0 and 1; null while unknown."
        share: Float
        "From start to end, or to now while it runs; null before it starts."
        durationMs: Float
    }

    "What a step did with its records so far."
    type DataHubStepMetrics {
        step: String!
        in: Int!
        out: Int!
        dropped: Int!
        rejected: Int!
        created: Int!
        updated: Int!
        unchanged: Int!
        deleted: Int!
    }

    enum DataHubChangeAction {
        CREATE
        UPDATE
        UNCHANGED
        DELETE
    }

    "What a run changed in one entity, or would change when it is a dry run."
    type DataHubChangeSet implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        runId: ID!
        pipelineId: ID!
        step: String!
        file: String
        line: Int
        recordIndex: Int!
        "Natural key of the record, which may have changed several entities."
        recordKey: String!
        action: DataHubChangeAction!
        entityType: String!
        "Null for an entity that a plan would create."
        entityId: ID
        "Natural key of the entity: slug, SKU, code."
        entityKey: String!
        "Only what is applied was written: false in a dry run, and where planned is true."
        applied: Boolean!
        "Made for those who decide at a gate; see the plan of the gate."
        planned: Boolean!
        fields: [DataHubFieldChange!]!
    }

    "One field before and after. References are natural keys. An absent value is null and does not exist."
    type DataHubFieldChange {
        path: String!
        before: JSON
        after: JSON
        "Whether there was a value before; tells null from absent."
        existedBefore: Boolean!
        existsAfter: Boolean!
    }

    type DataHubChangeSetList implements PaginatedList {
        items: [DataHubChangeSet!]!
        totalItems: Int!
    }

    enum DataHubErrorKind {
        "The data or the configuration must change."
        USER
        "Trying again may help."
        TRANSIENT
        "A mistake in DataHub or in an adapter."
        DEFECT
    }

    enum DataHubRecordErrorState {
        "Nobody has dealt with it yet."
        OPEN
        "It was sent into the pipeline again; refused again, it is there as another record that is OPEN."
        REPLAYED
        "Its cause has been removed."
        RESOLVED
        "It stays as it is, on purpose."
        IGNORED
    }

    "A record that was refused, as it entered the step."
    type DataHubRecordError implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        runId: ID!
        pipelineId: ID!
        state: DataHubRecordErrorState!
        revision: Int!
        step: String!
        "Stage of the run that refused it."
        stage: String
        "EXTRACT step that read the record."
        sourceStep: String!
        file: String
        line: Int
        recordIndex: Int!
        recordKey: String
        "Equal causes are one group."
        cause: String!
        kind: DataHubErrorKind!
        message: String!
        hint: String
        field: String
        "What it waits for, as <entity type>:<natural key>. When that is created, the record is sent again by itself."
        waitsFor: String
        "How often it was sent again by itself; after three times it waits for somebody."
        autoReplays: Int!
        "Run that it was sent into last."
        replayRunId: ID
        "The record that was sent again and refused again as this one, where that can be told."
        replayOf: ID
        "With the edits since. Null when nothing could be parsed, and in lists when it is long: see recordPreview."
        record: JSON
        "In lists: how a long record begins. Ask dataHubRecordError for all of it."
        recordPreview: String
        "Beginning of the text that could not be parsed."
        raw: String
    }

    type DataHubRecordErrorList implements PaginatedList {
        items: [DataHubRecordError!]!
        totalItems: Int!
    }

    "The refused records of a run or a pipeline that share a cause."
    type DataHubRecordErrorCause {
        cause: String!
        "Of one of them."
        message: String!
        count: Int!
        open: Int!
        replayed: Int!
        resolved: Int!
        ignored: Int!
    }

    enum DataHubRecordErrorAction {
        RESOLVE
        IGNORE
        REOPEN
        EDIT
        REPLAY
    }

    "A field of a refused record that was changed. An absent value is null and does not exist."
    type DataHubRecordEdit {
        path: String!
        "Long values are cut."
        before: JSON
        after: JSON
        existedBefore: Boolean!
        existsAfter: Boolean!
    }

    "What was done with a refused record."
    type DataHubRecordErrorAudit implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        recordErrorId: ID!
        action: DataHubRecordErrorAction!
        fromState: DataHubRecordErrorState!
        toState: DataHubRecordErrorState!
        "Of an EDIT: the fields that it changed."
        edits: [DataHubRecordEdit!]!
        note: String
        userId: ID
        "What the user logs in with; null for users who are gone."
        userName: String
    }

    type DataHubRecordErrorAuditList implements PaginatedList {
        items: [DataHubRecordErrorAudit!]!
        totalItems: Int!
    }

    "Either some records by their ids, or all of one cause in one run or in all runs of a pipeline."
    input SetDataHubRecordErrorStateInput {
        ids: [ID!]
        runId: ID
        pipelineId: ID
        cause: String
        state: DataHubRecordErrorState!
        "Only records that are in one of these states; in any, when it is not given."
        from: [DataHubRecordErrorState!]
        "Why; kept with the change."
        note: String
    }

    enum DataHubPatchOperation {
        "Gives the field this value; null and empty text are values."
        SET
        "Afterwards the record has no such field."
        REMOVE
    }

    input DataHubRecordPatchInput {
        "Dotted path of the field, such as variants.0.price."
        path: String!
        op: DataHubPatchOperation!
        "For SET."
        value: JSON
    }

    "Either some records by their ids, or all of one cause in one run or in all runs of a pipeline. Only OPEN ones change."
    input EditDataHubRecordErrorsInput {
        ids: [ID!]
        runId: ID
        pipelineId: ID
        cause: String
        patch: [DataHubRecordPatchInput!]!
        "Why; kept with the change."
        note: String
    }

    "Some records by their ids, or those of a run or of all runs of a pipeline: of one cause, or all. Only OPEN ones are sent."
    input ReplayDataHubRecordErrorsInput {
        ids: [ID!]
        runId: ID
        pipelineId: ID
        cause: String
        "Why; kept with the change."
        note: String
    }

    type DataHubRecordErrorStateChange {
        "Records that were in the state already are not counted."
        changed: Int!
    }

    type DataHubRecordErrorEdit {
        "Records that were so already are not counted."
        changed: Int!
    }

    type DataHubRecordErrorReplay {
        "Records that are under way."
        replayed: Int!
        "One for each pipeline, channel and language in which they were refused."
        runs: [DataHubRun!]!
    }

    enum DataHubLogLevel {
        DEBUG
        INFO
        WARN
        ERROR
    }

    type DataHubLog implements Node {
        id: ID!
        createdAt: DateTime!
        updatedAt: DateTime!
        runId: ID!
        index: Int!
        level: DataHubLogLevel!
        step: String
        message: String!
    }

    type DataHubLogList implements PaginatedList {
        items: [DataHubLog!]!
        totalItems: Int!
    }

    "Generated by Vendure from the fields of the type."
    input DataHubRunListOptions

    "Generated by Vendure from the fields of the type."
    input DataHubChangeSetListOptions

    "Generated by Vendure from the fields of the type."
    input DataHubDriftListOptions

    "Generated by Vendure from the fields of the type."
    input DataHubRecordErrorListOptions

    "Generated by Vendure from the fields of the type."
    input DataHubRecordErrorAuditListOptions

    "Generated by Vendure from the fields of the type."
    input DataHubLogListOptions

    union RunDataHubPipelineResult = DataHubRun | DataHubDefinitionInvalidError | DataHubPipelineDisabledError

    extend type Query {
        "Newest first."
        dataHubRuns(options: DataHubRunListOptions): DataHubRunList!
        dataHubRun(id: ID!): DataHubRun
        dataHubChangeSets(runId: ID!, options: DataHubChangeSetListOptions): DataHubChangeSetList!
        "What a run met that was edited in the shop since the last run of the same records."
        dataHubDrifts(runId: ID!, options: DataHubDriftListOptions): DataHubDriftList!
        "Of one run, or of all runs of a pipeline. Oldest first."
        dataHubRecordErrors(runId: ID, pipelineId: ID, options: DataHubRecordErrorListOptions): DataHubRecordErrorList!
        "With the whole record."
        dataHubRecordError(id: ID!): DataHubRecordError
        "Of one run, or of all runs of a pipeline. Largest first."
        dataHubRecordErrorCauses(runId: ID, pipelineId: ID): [DataHubRecordErrorCause!]!
        "Oldest first."
        dataHubRecordErrorAudit(
            recordErrorId: ID!
            options: DataHubRecordErrorAuditListOptions
        ): DataHubRecordErrorAuditList!
        dataHubLogs(runId: ID!, options: DataHubLogListOptions): DataHubLogList!
    }

    extend type Mutation {
        "Puts a run into the queue and returns it at once; ask dataHubRun how it goes."
        runDataHubPipeline(pipelineId: ID!, dryRun: Boolean): RunDataHubPipelineResult!
        "Takes effect at the next batch; what is written stays written."
        cancelDataHubRun(runId: ID!): DataHubRun!
        "Lets a FAILED or CANCELLED run go on after its last settled batch; it waits for its turn."
        resumeDataHubRun(runId: ID!): DataHubRun!
        "All of them or none."
        setDataHubRecordErrorState(input: SetDataHubRecordErrorStateInput!): DataHubRecordErrorStateChange!
        "All of them or none."
        editDataHubRecordErrors(input: EditDataHubRecordErrorsInput!): DataHubRecordErrorEdit!
        "Sends refused records into their pipeline again, each to the step that refused it. All of them or none."
        replayDataHubRecordErrors(input: ReplayDataHubRecordErrorsInput!): DataHubRecordErrorReplay!
    }
`;
