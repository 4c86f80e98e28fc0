import { Inject, OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import {
    I18nService,
    PluginCommonModule,
    RuntimeVendureConfig,
    TransactionalConnection,
    Type,
    VendurePlugin,
} from '@vendure/core';
import type { Adapter } from './adapters/adapter-registry';
import { messages } from './api/messages';
import { dataHubPermissions } from './services/permissions';
import { adminApiResolvers } from './api/resolvers';
import { adminApiSchema } from './api/schema';
import { QuarantineController } from './api/quarantine.controller';
import { HealthController } from './api/health.controller';
import { UploadController } from './api/upload.controller';
import { DatabaseDoor } from './databases/database-door';
import { sqliteFileIn } from './databases/sqlite-file';
import { dataHubEntities, widenLongJsonColumns } from './entities';
import { builtInExporters } from './exporters';
import { missingExtractor } from './catalog/provenance/missing/missing.extractor';
import { missingLoader } from './catalog/provenance/missing/missing.loader';
import { ledgerExtractor } from './catalog/undo/ledger.extractor';
import { undoLoader } from './catalog/undo/undo.loader';
import { builtInExtractors } from './extractors';
import { LocalFileAccess } from './files/local-file-access';
import { LocalOutputAccess } from './files/local-output-access';
import { BatchQueue } from './jobs/batch-queue';
import { GateSweeper } from './jobs/gate-sweeper';
import { QuarantineKeeper } from './jobs/quarantine-keeper';
import { RetentionSweeper } from './jobs/retention-sweeper';
import { RunQueue } from './jobs/run-queue';
import { RunSweeper } from './jobs/run-sweeper';
import { SpoolSweeper } from './jobs/spool-sweeper';
import { builtInLoaders } from './loaders';
import { builtInOperators } from './operators';
import { UndiciOutboundHttp } from './outbound/undici-outbound-http';
import {
    AdapterRuntimeService,
    FILE_ACCESS,
    OUTBOUND_DATABASES,
    OUTBOUND_HTTP,
    OUTPUT_ACCESS,
    WHOLE_RUNNER,
} from './services/adapter-runtime.service';
import { ChangeService } from './services/changes/change.service';
import { CheckpointService } from './services/checkpoint.service';
import { CodeFirstSyncService } from './services/code-first/code-first-sync.service';
import { ConnectionService } from './services/connection.service';
import { connectRedis } from './locks/connect-redis';
import { RedisBreakerStore } from './resilience/redis-breaker-store';
import { DATA_HUB_OPTIONS, DataHubOptions, ResolvedDataHubOptions, resolveOptions } from './services/data-hub-options';
import { BUILT_IN_ADAPTERS, DataHubRegistryService } from './services/data-hub-registry.service';
import { DefinitionService } from './services/definition.service';
import { BatchDispatcher } from './services/distributed/batch-dispatcher';
import { BatchWorkerService } from './services/distributed/batch-worker.service';
import { EntityOriginService } from './services/entity-origin.service';
import { FilePreviewService } from './services/files/file-preview.service';
import { MappingService } from './services/files/mapping.service';
import { GateService } from './services/gates/gate.service';
import { RunHooksService } from './services/hooks/run-hooks.service';
import { GateNotifier } from './services/notifications/gate-notifier';
import { HealthService } from './services/observability/health.service';
import { ObservabilityService, TELEMETRY } from './services/observability/observability.service';
import { ObservedHttp } from './services/observability/observed-http';
import { Telemetry } from './services/observability/telemetry';
import { InsightsService } from './services/overview/insights.service';
import { PipelineOverviewService } from './services/overview/pipeline-overview.service';
import { PipelineLogService } from './services/pipeline-log.service';
import { PipelineRunnerService } from './services/pipeline-runner.service';
import { PipelineService } from './services/pipeline.service';
import { ApplyPlanService } from './services/plans/apply-plan.service';
import { UserNamesService } from './services/user-names.service';
import { OpenCausesService } from './services/quarantine/open-causes.service';
import { RecordEditService } from './services/quarantine/record-edit.service';
import { RecordReplayService } from './services/quarantine/record-replay.service';
import { ReplayedRunsService } from './services/quarantine/replayed-runs.service';
import { ReplayReopeningService } from './services/quarantine/replay-reopening.service';
import { SheetExportService } from './services/quarantine/sheet/sheet-export.service';
import { SheetImportService } from './services/quarantine/sheet/sheet-import.service';
import { WaitingRecordsService } from './services/quarantine/waiting-records.service';
import { RecordErrorStateService } from './services/record-error-state.service';
import { RecordErrorService } from './services/record-error.service';
import { RetentionService } from './services/retention.service';
import { RunContextFactory } from './services/run-context';
import { RunDispatcher } from './services/run-dispatcher';
import { FieldHistoryService } from './services/field-history.service';
import { RunHistoryService } from './services/run-history.service';
import { openRunLocks, RUN_LOCKS } from './services/run-locks';
import { SECRET_ENVIRONMENT, SecretService } from './services/secret.service';
import { SettingsService } from './services/settings/settings.service';
import { SPOOL_FACTORY, spoolFactoryOf } from './services/spool/spool-provider';
import { SpoolRetentionService } from './services/spool/spool-retention.service';
import { UndoService } from './services/undo/undo.service';
import { UploadService } from './services/upload.service';
import { createWholeRunner } from './whole/whole-runner';

const services = [
    DataHubRegistryService,
    DefinitionService,
    PipelineService,
    PipelineRunnerService,
    RunHistoryService,
    FieldHistoryService,
    EntityOriginService,
    ChangeService,
    PipelineOverviewService,
    InsightsService,
    ApplyPlanService,
    OpenCausesService,
    UserNamesService,
    FilePreviewService,
    MappingService,
    UndoService,
    GateService,
    RecordErrorService,
    RecordErrorStateService,
    RecordEditService,
    RecordReplayService,
    ReplayedRunsService,
    PipelineLogService,
    SecretService,
    ConnectionService,
    SettingsService,
    UploadService,
];

/**
 * Moves data in and out of a Vendure shop through pipelines.
 *
 *     plugins: [DataHubPlugin.init({ pipelines: [{ code: 'erp-import', name: 'ERP import', definition }] })]
 *
 * Options belong to the process: a second `init` replaces those of the first.
 */
@VendurePlugin({
    imports: [PluginCommonModule],
    compatibility: '^3.7.0',
    entities: dataHubEntities,
    providers: [
        ...services,
        AdapterRuntimeService,
        CheckpointService,
        CodeFirstSyncService,
        RunContextFactory,
        RunHooksService,
        ObservabilityService,
        HealthService,
        { provide: TELEMETRY, useFactory: () => Telemetry.load() },
        RunDispatcher,
        BatchDispatcher,
        BatchQueue,
        BatchWorkerService,
        RunQueue,
        RunSweeper,
        QuarantineKeeper,
        ReplayReopeningService,
        SheetExportService,
        SheetImportService,
        WaitingRecordsService,
        GateNotifier,
        GateSweeper,
        RetentionService,
        RetentionSweeper,
        SpoolRetentionService,
        SpoolSweeper,
        // Factories, because init() is called after this decorator has run.
        { provide: DATA_HUB_OPTIONS, useFactory: () => DataHubPlugin.options },
        { provide: BUILT_IN_ADAPTERS, useFactory: builtInAdapters },
        { provide: FILE_ACCESS, useFactory: () => new LocalFileAccess(DataHubPlugin.options.files) },
        { provide: OUTPUT_ACCESS, useFactory: () => new LocalOutputAccess(DataHubPlugin.options.files) },
        {
            provide: OUTBOUND_HTTP,
            useFactory: (telemetry: Telemetry) => new ObservedHttp(outboundHttp(), telemetry),
            inject: [TELEMETRY],
        },
        {
            provide: OUTBOUND_DATABASES,
            useFactory: (connections: ConnectionService, outputs: LocalOutputAccess) =>
                new DatabaseDoor(code => connections.resolve(code), {
                    allowPrivateHosts: DataHubPlugin.options.outbound.allowPrivateHosts,
                    sqliteFile: path => sqliteFileIn(outputs, path),
                }),
            inject: [ConnectionService, OUTPUT_ACCESS],
        },
        {
            provide: RUN_LOCKS,
            inject: [TransactionalConnection],
            useFactory: ({ rawConnection }: TransactionalConnection) =>
                openRunLocks(rawConnection, DataHubPlugin.options.distributedLock),
        },
        {
            provide: SPOOL_FACTORY,
            useFactory: (connection: TransactionalConnection, secrets: SecretService) =>
                spoolFactoryOf(DataHubPlugin.options.spool, connection.rawConnection, secrets),
            inject: [TransactionalConnection, SecretService],
        },
        { provide: WHOLE_RUNNER, useFactory: () => createWholeRunner(DataHubPlugin.options.whole) },
        { provide: SECRET_ENVIRONMENT, useFactory: () => process.env },
    ],
    exports: services,
    controllers: [UploadController, QuarantineController, HealthController],
    adminApiExtensions: { schema: adminApiSchema, resolvers: adminApiResolvers },
    configuration: configure,
    // A literal, for Vendure's build reads it out of the compiled file; right from src as from dist/src.
    dashboard: '../dashboard/index.tsx',
})
export class DataHubPlugin implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
    /** @internal */
    static options: ResolvedDataHubOptions = resolveOptions({});

    static init(options: DataHubOptions = {}): Type<DataHubPlugin> {
        this.options = resolveOptions(options);
        return DataHubPlugin;
    }

    constructor(
        private readonly i18n: I18nService,
        private readonly codeFirst: CodeFirstSyncService,
        @Inject(OUTBOUND_HTTP) private readonly http: ObservedHttp,
        @Inject(OUTBOUND_DATABASES) private readonly databases: DatabaseDoor,
    ) {}

    onModuleInit(): void {
        this.i18n.addTranslation('en', messages);
    }

    /** After every plugin's onModuleInit, so that all adapters are registered when definitions are checked. */
    async onApplicationBootstrap(): Promise<void> {
        await this.codeFirst.syncOnce();
    }

    async onApplicationShutdown(): Promise<void> {
        await Promise.all([this.http.close(), this.databases.close()]);
    }
}

/** Runs several times in one process (tests, dashboard build), so nothing may be added twice. */
function configure(config: RuntimeVendureConfig): RuntimeVendureConfig {
    const { customPermissions } = config.authOptions;
    customPermissions.push(...dataHubPermissions.filter(permission => !customPermissions.includes(permission)));
    widenLongJsonColumns(config);
    return config;
}

function builtInAdapters(): Adapter[] {
    return [
        ...builtInExtractors,
        ...builtInOperators,
        ...builtInLoaders,
        ...builtInExporters,
        ledgerExtractor,
        undoLoader,
        missingExtractor,
        missingLoader,
    ];
}

/** With Redis, all workers learn from the failures of one. */
function outboundHttp(): UndiciOutboundHttp {
    const { outbound, distributedLock } = DataHubPlugin.options;
    if (distributedLock.backend !== 'redis') return new UndiciOutboundHttp(outbound);
    const { redis } = distributedLock;
    // A Redis that cannot be reached must cost a call that goes out a second at most.
    const impatient = { answerWithinMs: 1_000, retriesPerCommand: 0 };
    // Without a listener a lost connection would end the process; whoever waits for a command learns of it anyway.
    const connect = () => connectRedis(redis, () => undefined, impatient);
    const store = new RedisBreakerStore(connect, `${redis.keyPrefix}circuit:`);
    return new UndiciOutboundHttp({ ...outbound, resilience: { store } });
}
