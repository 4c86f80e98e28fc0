import { copyFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TransientError, UserError } from '../src/sdk/errors';
import { describeOnEachDatabase } from './support/each-database';
import { type Definition, PipelineShop } from './support/pipeline-shop';
import { load } from './support/stage-pipelines';
import { TargetDatabase } from './support/target-database';
import { namesExtractor, onTheWay, taxCategoryLoader } from './support/tax-category-loader';

describeOnEachDatabase(
    'Runs that write to the table of another database',
    database => {
        let target: TargetDatabase;
        let shop: PipelineShop;
        const isFile = database.name === 'sqlite';

        beforeAll(async () => {
            target = await TargetDatabase.open(database, 'dhs_sql_runs_target');
            process.env['DHS_TARGET_PASSWORD'] = 'anything';
            const { type, config } = target.connection;
            // The server of the tests asks for no password, and PostgreSQL takes any.
            const password = database.name === 'postgres' ? { secret: 'target' } : undefined;
            shop = await PipelineShop.boot({
                database,
                databaseName: 'dhs_sql_runs',
                dataHub: {
                    adapters: [namesExtractor, taxCategoryLoader],
                    secrets: [{ code: 'target', provider: 'ENV', value: 'DHS_TARGET_PASSWORD' }],
                    connections: [
                        {
                            code: 'target',
                            type,
                            config: { ...config, ...(password ? { password } : { password: undefined }) },
                        },
                    ],
                    outbound: { allowPrivateHosts: isFile ? [] : [config['host'] as string] },
                },
            });
        });
        afterEach(() => {
            delete onTheWay.beforeApply;
            delete onTheWay.beforePage;
        });
        afterAll(async () => {
            await shop?.close();
            await target?.close();
        });

        const definition = (table: string, settings: object): Definition => ({
            steps: [
                {
                    key: 'read',
                    type: 'EXTRACT',
                    config: { adapterCode: 'testNames', prefix: `${table}-`, count: 60, bad: [] },
                },
                load('table', 'sqlTable', { connection: 'target', table, createTable: true, ...settings }),
                load('write', 'testTaxCategory'),
            ],
            context: { throughput: { batchSize: 10, concurrency: 1 } },
        });

        /** The rows, as somebody else sees them. */
        async function names(table: string): Promise<string[]> {
            // The file of the shop's connection stands among its exports.
            if (isFile) copyFileSync(`${shop.outputDir}/target.sqlite`, String(target.source.options.database));
            const rows = await target.rows(`SELECT name FROM ${table}`);
            return rows.map(({ name }) => String(name)).sort();
        }
        const all = (table: string, count = 60) => Array.from({ length: count }, (_, n) => `${table}-${n}`).sort();

        /** The table's batch is committed by then, and the shop's is not. */
        function failAt(name: string, times: number): void {
            let left = times;
            onTheWay.beforeApply = names => {
                if (!names.includes(name) || left-- <= 0) return Promise.resolve();
                return Promise.reject(new TransientError('gone', 'The connection is gone.'));
            };
        }

        it.each(['append', 'upsert', 'replace', 'truncateAndInsert'])(
            'have no row twice when a batch of %s is committed there and not here',
            async mode => {
                const table = `once_${mode.toLowerCase()}`;
                failAt(`${table}-25`, 2);
                const run = await shop.runToEnd(
                    definition(table, { mode, keyColumns: mode === 'upsert' ? ['name'] : [] }),
                );
                expect(run).toMatchObject({ status: 'COMPLETED', created: 120 });
                expect(await names(table)).toEqual(all(table));
            },
        );

        it('go on where they stopped', async () => {
            // The run ends while the table's batch is committed and the shop's is not.
            let sourceBroke = () => undefined as void;
            const broken = new Promise<void>(done => (sourceBroke = done));
            onTheWay.beforePage = names => {
                if (!names.includes('resumed-30')) return Promise.resolve();
                sourceBroke();
                return Promise.reject(new UserError('broken', 'The source is broken.'));
            };
            onTheWay.beforeApply = async names => {
                if (!names.includes('resumed-25')) return;
                await broken;
                throw new TransientError('gone', 'The connection is gone.');
            };
            const run = await shop.runToEnd(definition('resumed', { mode: 'append' }));
            expect(run).toMatchObject({ status: 'FAILED', created: 40 });
            expect(await names('resumed')).toHaveLength(30);
            delete onTheWay.beforeApply;
            delete onTheWay.beforePage;
            expect(await shop.resume(run.id)).toMatchObject({ status: 'COMPLETED', created: 120 });
            expect(await names('resumed')).toEqual(all('resumed'));
        });

        it('leave a table that they were to replace as it was when they fail', async () => {
            await shop.runToEnd({ ...definition('kept', { mode: 'replace' }) });
            onTheWay.beforePage = names =>
                names.includes('kept-30')
                    ? Promise.reject(new UserError('broken', 'The source is broken.'))
                    : Promise.resolve();
            const failed = await shop.runToEnd(definition('kept', { mode: 'replace' }));
            expect(failed).toMatchObject({ status: 'FAILED' });
            expect(await names('kept')).toEqual(all('kept'));
            expect((await target.tables()).filter(name => name.startsWith('dh_'))).toEqual([]);
            delete onTheWay.beforePage;
            const resumed = await shop.resume(failed.id);
            expect(resumed).toMatchObject({
                status: 'FAILED',
                error: expect.stringContaining('were dropped when it failed') as string,
            });
        });

        it('count and refuse in a dry run what they would write', async () => {
            const run = await shop.runToEnd(definition('planned', { mode: 'append' }), { dryRun: true });
            expect(run).toMatchObject({ status: 'COMPLETED', created: 120 });
            await shop.runToEnd(definition('other', { mode: 'append' }));
            await names('other');
            expect(await target.tables()).not.toContain('planned');
        });

        it('fail with a sentence before they read anything', async () => {
            const run = await shop.runToEnd(definition('none', { connection: 'nowhere' }));
            expect(run).toMatchObject({
                status: 'FAILED',
                error: expect.stringContaining('no connection with the code "nowhere"') as string,
            });
        });
    },
    { sampleOn: 'postgres' },
);
