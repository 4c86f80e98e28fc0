import { randomBytes } from 'node:crypto';
import { Logger, LogLevel, TransactionalConnection, VendureLogger } from '@vendure/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
    DataHubConnection,
    DataHubOptions,
    DataHubPlugin,
    DataHubSecret,
    Pipeline,
    PipelineDefinitionInput,
    PipelineRevision,
    SecretService,
} from '../src';
import { CodeFirstSyncService } from '../src/services/code-first/code-first-sync.service';
import { resolveOptions } from '../src/services/data-hub-options';
import { DefinitionService } from '../src/services/definition.service';
import { describeOnEachDatabase } from './support/each-database';
import { shelfLoader } from './support/shelf-loader';
import { bootVendure, BootedVendure } from './support/vendure';

const definitionOf = (place: string, loader = 'shelf'): PipelineDefinitionInput => ({
    version: 1,
    steps: [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [] } },
        { key: 'write', type: 'LOAD', config: { adapterCode: loader, place } },
    ],
});

class RecordingLogger implements VendureLogger {
    lines: string[] = [];
    private readonly note = (level: string) => (message: string) => void this.lines.push(`${level} ${message}`);
    error = this.note('ERROR');
    warn = this.note('WARN');
    info = this.note('INFO');
    verbose = (): void => undefined;
    debug = (): void => undefined;
    setDefaultContext = (): void => undefined;
    level = LogLevel.Info;
}

describeOnEachDatabase(
    'code-first sync',
    database => {
        let vendure: BootedVendure;
        const logger = new RecordingLogger();

        beforeAll(async () => {
            process.env.DATA_HUB_MASTER_KEY = randomBytes(32).toString('hex');
            const plugin = DataHubPlugin.init({ adapters: [shelfLoader] });
            vendure = await bootVendure({ database, databaseName: 'h_code_first', plugins: [plugin] });
            Logger.useLogger(logger);
        });

        afterAll(() => vendure?.close());

        beforeEach(async () => {
            const { rawConnection } = vendure.connection;
            for (const entity of [Pipeline, DataHubSecret, DataHubConnection])
                await rawConnection.getRepository(entity).deleteAll();
            logger.lines = [];
        });

        /** As one more process with these options would do it at its start. */
        const start = async (options: DataHubOptions) => {
            const { app } = vendure;
            const services = [
                app.get(TransactionalConnection),
                app.get(DefinitionService),
                app.get(SecretService),
            ] as const;
            await new CodeFirstSyncService(...services, resolveOptions(options)).syncOnce();
        };
        const rowsOf = <E extends object>(entity: new () => E) =>
            vendure.connection.rawConnection.getRepository(entity).find();
        const pipelines = (place: string): DataHubOptions => ({
            pipelines: [{ code: 'erp', name: 'ERP', definition: definitionOf(place) }],
        });

        it('creates, leaves alone, updates, disables and enables again', async () => {
            await start(pipelines('hall'));
            expect(await rowsOf(Pipeline)).toMatchObject([
                { code: 'erp', enabled: true, isCodeFirst: true, revision: 1, disabledByCode: false },
            ]);
            expect(logger.lines).toEqual(['INFO Pipeline "erp" created from code.']);
            const [before] = await rowsOf(Pipeline);

            logger.lines = [];
            await start(pipelines('hall'));
            expect(await rowsOf(Pipeline)).toEqual([before]);
            expect(logger.lines).toEqual([]);

            await start(pipelines('cellar'));
            expect(await rowsOf(Pipeline)).toMatchObject([
                { revision: 2, definition: { steps: [{}, { config: { place: 'cellar' } }] } },
            ]);
            expect((await rowsOf(PipelineRevision)).map(({ number, createdBy }) => ({ number, createdBy }))).toEqual([
                { number: 1, createdBy: 'code' },
                { number: 2, createdBy: 'code' },
            ]);

            await start({});
            expect(await rowsOf(Pipeline)).toMatchObject([{ disabledByCode: true, isCodeFirst: true, revision: 2 }]);
            await start(pipelines('cellar'));
            expect(await rowsOf(Pipeline)).toMatchObject([{ disabledByCode: false, enabled: true, revision: 2 }]);
            expect(logger.lines).toEqual([
                'INFO Pipeline "erp" updated from code.',
                'INFO The pipeline "erp" is no longer in the code and has been disabled.',
                'INFO Pipeline "erp" is in the code again and has been enabled.',
            ]);
        });

        it('stores an invalid pipeline disabled, says what is wrong, and enables it when it is corrected', async () => {
            await start({
                pipelines: [
                    { code: 'broken', name: 'Broken', definition: definitionOf('hall', 'shelff') },
                    { code: 'fine', name: 'Fine', definition: definitionOf('hall') },
                ],
            });
            const rows = await rowsOf(Pipeline);
            expect(rows.map(({ code, enabled }) => ({ code, enabled }))).toEqual([
                { code: 'broken', enabled: false },
                { code: 'fine', enabled: true },
            ]);
            expect(logger.lines.find(line => line.startsWith('ERROR'))).toMatch(
                /^ERROR Pipeline "broken" is disabled at \$\.steps\[1\].*shelff.*shelf/s,
            );
            await start({ pipelines: [{ code: 'broken', name: 'Broken', definition: definitionOf('hall') }] });
            expect(
                await vendure.connection.rawConnection.getRepository(Pipeline).findOneBy({ code: 'broken' }),
            ).toMatchObject({ enabled: true });
        });

        it('synchronises secrets and connections without showing a value', async () => {
            const options = (value: string): DataHubOptions => ({
                secrets: [
                    { code: 'inline', provider: 'INLINE', value },
                    { code: 'env', provider: 'ENV', value: 'H_CODE_FIRST' },
                ],
                connections: [{ code: 'erp', type: 'http', config: { token: { secret: 'inline' } } }],
            });
            await start(options('first-value'));
            const [before] = await rowsOf(DataHubSecret);
            await start(options('first-value'));
            expect((await rowsOf(DataHubSecret))[0]).toEqual(before);
            await start(options('second-value'));
            const secrets = vendure.app.get(SecretService);
            expect(await secrets.resolve('inline')).toBe('second-value');

            const oldKey = process.env.DATA_HUB_MASTER_KEY!;
            process.env.DATA_HUB_MASTER_KEY = randomBytes(32).toString('hex');
            process.env.DATA_HUB_MASTER_KEY_PREVIOUS = oldKey;
            await start(options('second-value'));
            delete process.env.DATA_HUB_MASTER_KEY_PREVIOUS;
            expect(await secrets.resolve('inline')).toBe('second-value');

            await start({});
            await expect(secrets.resolve('inline')).rejects.toThrow('removed from the code and is disabled');
            expect(await rowsOf(DataHubConnection)).toMatchObject([
                { code: 'erp', disabledByCode: true, config: { token: { secret: 'inline' } } },
            ]);
            expect(JSON.stringify([logger.lines, await rowsOf(DataHubSecret)])).not.toMatch(/first-value|second-value/);
        });

        it('goes on with the others when one secret cannot be stored', async () => {
            const key = process.env.DATA_HUB_MASTER_KEY;
            delete process.env.DATA_HUB_MASTER_KEY;
            await start({ ...pipelines('hall'), secrets: [{ code: 'inline', provider: 'INLINE', value: 'hush' }] });
            process.env.DATA_HUB_MASTER_KEY = key;
            expect(await rowsOf(Pipeline)).toHaveLength(1);
            expect(await rowsOf(DataHubSecret)).toHaveLength(0);
            expect(logger.lines[0]).toMatch(
                /^ERROR Could not synchronise secret "inline" from code: .*DATA_HUB_MASTER_KEY is not set/,
            );
        });

        it.skipIf(database.name === 'sqlite')('lets any number of processes start at the same time', async () => {
            const codes = Array.from({ length: 8 }, (_, at) => `pipeline-${at}`);
            const options = (place: string): DataHubOptions => ({
                pipelines: codes.map(code => ({ code, name: code, definition: definitionOf(place) })),
                secrets: [{ code: 'shared', provider: 'INLINE', value: place }],
                connections: [{ code: 'shared', type: 'http', config: { place } }],
            });
            for (const [round, place] of ['hall', 'cellar', 'attic'].entries()) {
                await Promise.all(Array.from({ length: 5 }, () => start(options(place))));
                const rows = await rowsOf(Pipeline);
                expect(
                    rows.map(({ code, revision }) => ({ code, revision })).sort((a, b) => a.code.localeCompare(b.code)),
                ).toEqual(codes.map(code => ({ code, revision: round + 1 })));
                expect(await rowsOf(PipelineRevision)).toHaveLength(codes.length * (round + 1));
                expect(await rowsOf(DataHubSecret)).toHaveLength(1);
                expect(await rowsOf(DataHubConnection)).toMatchObject([{ config: { place } }]);
            }
            expect(logger.lines.filter(line => line.startsWith('ERROR'))).toEqual([]);
        });

        it('says what to do when the tables do not exist yet', async () => {
            const table = vendure.connection.rawConnection.getMetadata(DataHubConnection).tablePath;
            const runner = vendure.connection.rawConnection.createQueryRunner();
            await runner.renameTable(table, 'h_moved_away');
            try {
                await start(pipelines('hall'));
            } finally {
                await runner.renameTable('h_moved_away', table);
                await runner.release();
            }
            expect(logger.lines).toEqual([
                expect.stringMatching(
                    /^ERROR DataHub cannot work yet: the database has no table .*data_hub_connection.*migration/,
                ),
            ]);
            expect(await rowsOf(Pipeline)).toEqual([]);
        });
    },
    { sampleOn: 'sqlite' },
);
