import type { INestApplication } from '@nestjs/common';
import {
    bootstrap,
    ChannelService,
    ConfigService,
    CurrencyCode,
    GlobalSettingsService,
    Injector,
    InitialData,
    JobQueueService,
    LanguageCode,
    mergeConfig,
    NoopLogger,
    RequestContext,
    RequestContextService,
    TransactionalConnection,
    User,
    VendureConfig,
} from '@vendure/core';
import { populateInitialData } from '@vendure/core/cli';
import { resetConfig } from '@vendure/core/dist/config/config-helpers';
import { ModuleRef } from '@nestjs/core';
import { getMetadataArgsStorage } from 'typeorm';
import { TestDatabase } from './databases';
import { MemoryAssetStorage, TrustingPreview } from './memory-asset-storage';

export interface BootOptions {
    database: TestDatabase;
    /** Name of the database; one per suite, with the prefix of the suite. */
    databaseName: string;
    plugins?: VendureConfig['plugins'];
    customFields?: VendureConfig['customFields'];
    /** Merged over the defaults of this helper. */
    config?: Partial<VendureConfig>;
    /** The server works on jobs itself; off by default, so that a test sees what is queued. */
    runJobs?: boolean;
    /** Keep what an earlier boot left in the database. */
    keepDatabase?: boolean;
}

export interface BootedVendure {
    app: INestApplication;
    connection: TransactionalConnection;
    injector: Injector;
    /** Of the superadmin, in the default channel, English, outside of any transaction. */
    ctx: RequestContext;
    assetFiles: MemoryAssetStorage;
    /** Where the admin API and REST routes answer, such as `http://127.0.0.1:41234`. */
    url: string;
    close(options?: { dropDatabase?: boolean }): Promise<void>;
}

/**
 * A Vendure server on a free port with minimal data: English and German, euros and dollars, standard and reduced tax in
 * one zone, the default stock location. In one process only one may run at a time: Vendure's configuration is global.
 */
export async function bootVendure(options: BootOptions): Promise<BootedVendure> {
    const { database, databaseName } = options;
    if (!options.keepDatabase) await database.create(databaseName);
    forgetCustomFields();
    resetConfig();
    const assetFiles = new MemoryAssetStorage();
    const app = await bootstrap(vendureConfig(options, assetFiles));
    if (!options.keepDatabase) await populate(app);
    if (options.runJobs) await app.get(JobQueueService).start();
    return {
        app,
        connection: app.get(TransactionalConnection),
        injector: new Injector(app.get(ModuleRef)),
        ctx: await superadminContext(app),
        assetFiles,
        url: await app.getUrl(),
        async close({ dropDatabase = true } = {}) {
            await app.close();
            if (dropDatabase) await database.drop(databaseName);
        },
    };
}

/** What servers and workers on the same database have in common. */
export function vendureConfig(options: BootOptions, assetFiles = new MemoryAssetStorage()): VendureConfig {
    const defaults: VendureConfig = {
        apiOptions: { port: 0, hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
        authOptions: {
            tokenMethod: 'bearer',
            superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
            cookieOptions: { secret: 'test-secret' },
        },
        dbConnectionOptions: options.database.connectionOptions(options.databaseName),
        paymentOptions: { paymentMethodHandlers: [] },
        assetOptions: { assetStorageStrategy: assetFiles, assetPreviewStrategy: new TrustingPreview() },
        logger: new NoopLogger(),
        ...(options.customFields ? { customFields: options.customFields } : {}),
        plugins: options.plugins ?? [],
    };
    return mergeConfig(defaults, options.config ?? {});
}

/** A context as the superadmin has it; `channel` is a code's token or a channel. */
async function superadminContext(
    app: INestApplication,
    scope: { channelOrToken?: string; languageCode?: LanguageCode } = {},
): Promise<RequestContext> {
    const { identifier } = app.get(ConfigService).authOptions.superadminCredentials;
    const user = await app
        .get(TransactionalConnection)
        .rawConnection.getRepository(User)
        .findOneOrFail({
            where: { identifier },
            relations: { roles: { channels: true } },
        });
    const channelOrToken = scope.channelOrToken ?? (await app.get(ChannelService).getDefaultChannel());
    const languageCode = scope.languageCode ?? LanguageCode.en;
    return app.get(RequestContextService).create({ apiType: 'admin', user, channelOrToken, languageCode });
}

const initialData: InitialData = {
    defaultLanguage: LanguageCode.en,
    defaultZone: 'Europe',
    countries: [{ name: 'Germany', code: 'DE', zone: 'Europe' }],
    taxRates: [
        { name: 'Standard Tax', percentage: 20 },
        { name: 'Reduced Tax', percentage: 10 },
    ],
    shippingMethods: [],
    paymentMethods: [],
    collections: [],
};

async function populate(app: INestApplication): Promise<void> {
    await populateInitialData(app, initialData);
    const ctx = await superadminContext(app);
    await app
        .get(GlobalSettingsService)
        .updateSettings(ctx, { availableLanguages: [LanguageCode.en, LanguageCode.de] });
    const channels = app.get(ChannelService);
    await channels.update(ctx, {
        id: (await channels.getDefaultChannel()).id,
        availableLanguageCodes: [LanguageCode.en, LanguageCode.de],
        availableCurrencyCodes: [CurrencyCode.USD, CurrencyCode.EUR],
        defaultCurrencyCode: CurrencyCode.USD,
    });
}

/**
 * Vendure registers custom fields with TypeORM's global storage at each boot, where the first registration wins:
 * without this, a second boot would have the columns of the first, typed for another database.
 */
function forgetCustomFields(): void {
    const isCustomFields = ({ target }: { target: unknown }) =>
        typeof target === 'function' && /^Custom\w*Fields(Translation)?$/.test(target.name);
    const storage = getMetadataArgsStorage();
    const lists: { target: unknown }[][] = [
        storage.columns,
        storage.relations,
        storage.joinColumns,
        storage.joinTables,
        storage.indices,
    ];
    for (const list of lists) list.splice(0, list.length, ...list.filter(args => !isCustomFields(args)));
}
