import { Inject, OnApplicationBootstrap, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { I18nService, PluginCommonModule, RuntimeVendureConfig, Type, VendurePlugin } from '@vendure/core';
import type { Adapter } from './adapters/adapter-registry';
import { messages } from './api/messages';
import { dataHubPermissions } from './api/permissions';
import { adminApiResolvers } from './api/resolvers';
import { adminApiSchema } from './api/schema';
import { UploadController } from './api/upload.controller';
import { dataHubEntities, widenLongJsonColumns } from './entities';
import { builtInExtractors } from './extractors';
import { LocalFileAccess } from './files/local-file-access';
import { RetentionSweeper } from './jobs/retention-sweeper';
import { RunQueue } from './jobs/run-queue';
import { RunSweeper } from './jobs/run-sweeper';
import { builtInLoaders } from './loaders';
import { builtInOperators } from './operators';
import { UndiciOutboundHttp } from './outbound/undici-outbound-http';
import { AdapterRuntimeService, FILE_ACCESS, OUTBOUND_HTTP } from './services/adapter-runtime.service';
import { CheckpointService } from './services/checkpoint.service';
import { CodeFirstSyncService } from './services/code-first/code-first-sync.service';
import { ConnectionService } from './services/connection.service';
import { DATA_HUB_OPTIONS, DataHubOptions, ResolvedDataHubOptions, resolveOptions } from './services/data-hub-options';
import { BUILT_IN_ADAPTERS, DataHubRegistryService } from './services/data-hub-registry.service';
import { DefinitionService } from './services/definition.service';
import { PipelineLogService } from './services/pipeline-log.service';
import { PipelineRunnerService } from './services/pipeline-runner.service';
import { PipelineService } from './services/pipeline.service';
import { RecordErrorStateService } from './services/record-error-state.service';
import { RecordErrorService } from './services/record-error.service';
import { RetentionService } from './services/retention.service';
import { RunContextFactory } from './services/run-context';
import { RunDispatcher } from './services/run-dispatcher';
import { RunHistoryService } from './services/run-history.service';
import { SECRET_ENVIRONMENT, SecretService } from './services/secret.service';
import { SettingsService } from './services/settings/settings.service';
import { UploadService } from './services/upload.service';

const services = [
    DataHubRegistryService,
    DefinitionService,
    PipelineService,
    PipelineRunnerService,
    RunHistoryService,
    RecordErrorService,
    RecordErrorStateService,
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
        RunDispatcher,
        RunQueue,
        RunSweeper,
        RetentionService,
        RetentionSweeper,
        // Factories, because init() is called after this decorator has run.
        { provide: DATA_HUB_OPTIONS, useFactory: () => DataHubPlugin.options },
        { provide: BUILT_IN_ADAPTERS, useFactory: builtInAdapters },
        { provide: FILE_ACCESS, useFactory: () => new LocalFileAccess(DataHubPlugin.options.files) },
        { provide: OUTBOUND_HTTP, useFactory: () => new UndiciOutboundHttp(DataHubPlugin.options.outbound) },
        { provide: SECRET_ENVIRONMENT, useFactory: () => process.env },
    ],
    exports: services,
    controllers: [UploadController],
    adminApiExtensions: { schema: adminApiSchema, resolvers: adminApiResolvers },
    configuration: configure,
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
        @Inject(OUTBOUND_HTTP) private readonly http: UndiciOutboundHttp,
    ) {}

    onModuleInit(): void {
        this.i18n.addTranslation('en', messages);
    }

    /** After every plugin's onModuleInit, so that all adapters are registered when definitions are checked. */
    async onApplicationBootstrap(): Promise<void> {
        await this.codeFirst.syncOnce();
    }

    async onApplicationShutdown(): Promise<void> {
        await this.http.close();
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
    return [...builtInExtractors, ...builtInOperators, ...builtInLoaders];
}
