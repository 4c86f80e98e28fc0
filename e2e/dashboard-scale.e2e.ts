import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataHubPlugin, type PipelineDefinitionInput } from '../src';
import { TypeOrmUnitOfWork } from '../src/catalog/sql/unit-of-work';
import { DataHubChangeSet, DataHubRecordError, Pipeline, PipelineRun } from '../src/entities';
import { AdminApi } from './support/admin-api';
import { describeOnEachDatabase } from './support/each-database';
import { type SentStatement, statementsOf } from './support/statements';
import { type BootedVendure, bootVendure } from './support/vendure';

const pipelineCount = 20;
const runCount = 10_000;
const changeCount = 100_000;
const errorCount = 50_000;
/** Tables that grow with every run. */
const LONG = ['data_hub_pipeline_run', 'data_hub_change_set', 'data_hub_record_error'];

const definition: PipelineDefinitionInput = {
    version: 1,
    steps: [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [{ sku: 'A' }] } },
        { key: 'write', type: 'LOAD', config: { adapterCode: 'productVariant' } },
    ],
};

describeOnEachDatabase(
    'Pages of a long history',
    database => {
        let vendure: BootedVendure;
        let api: AdminApi;
        let runId: string;

        beforeAll(async () => {
            const pipelines = Array.from({ length: pipelineCount }, (_, index) => ({
                code: `p${index}`,
                name: `Pipeline ${index}`,
                definition,
            }));
            vendure = await bootVendure({
                database,
                databaseName: 'h_dashboard_scale',
                plugins: [DataHubPlugin.init({ pipelines })],
            });
            await seed();
            for (const table of LONG) {
                await rawConnection().query(
                    database.name === 'mariadb' ? `ANALYZE TABLE ${table}` : `ANALYZE ${table}`,
                );
            }
            api = await new AdminApi(vendure.url).login();
            // What a session asks for once.
            await api.query('{ dataHubAlerts { openGates } }');
        }, 300_000);
        afterAll(() => vendure?.close());

        const rawConnection = () => vendure.connection.rawConnection;

        async function seed(): Promise<void> {
            const pipelines = await rawConnection()
                .getRepository(Pipeline)
                .find({ order: { id: 'ASC' } });
            const { channelId } = vendure.ctx;
            const units = new TypeOrmUnitOfWork(vendure.connection, vendure.ctx);
            const begin = Date.now() - runCount * 120_000;
            await units.transaction(async ({ sql }) => {
                const runs = Array.from({ length: runCount }, (_, index) => {
                    const at = new Date(begin + index * 120_000);
                    const status = index % 50 === 0 ? 'FAILED' : 'COMPLETED';
                    const scope = [channelId, 'en', 'USD'];
                    return [
                        pipelines[index % pipelineCount]!.id,
                        1,
                        definition,
                        status,
                        'PIPELINE',
                        'seed',
                        ...scope,
                        100,
                        10,
                        at,
                        at,
                    ];
                });
                const columns = ['pipelineId', 'revision', 'definition', 'status', 'kind', 'triggeredBy', 'channelId', 'languageCode', 'currencyCode', 'read', 'updated', 'startedAt', 'finishedAt']; // prettier-ignore
                const table = sql.table(PipelineRun);
                const ids = await sql.insertReturningIds(table, columns, runs);
                await sql.update(table, ['id'], ['createdAt'], ids.map((id, index) => [id, new Date(begin + index * 120_000)])); // prettier-ignore
                runId = String(ids[5_000]);
                for (let from = 0; from < changeCount; from += 10_000) {
                    const rows = Array.from({ length: 10_000 }, (_, index) => {
                        const key = `SKU-${from + index}`;
                        const action = (from + index) % 1_000 === 0 ? 'DELETE' : index % 3 === 0 ? 'CREATE' : 'UPDATE';
                        const fields = [{ path: 'price', before: 1, after: 2 }];
                        return [
                            runId,
                            pipelines[0]!.id,
                            'write',
                            from + index,
                            key,
                            action,
                            'ProductVariant',
                            String(from + index),
                            key,
                            fields,
                        ];
                    });
                    await sql.insert(sql.table(DataHubChangeSet), ['runId', 'pipelineId', 'step', 'recordIndex', 'recordKey', 'action', 'entityType', 'entityId', 'entityKey', 'fields'], rows); // prettier-ignore
                }
                for (let from = 0; from < errorCount; from += 10_000) {
                    const rows = Array.from({ length: 10_000 }, (_, index) => {
                        const state = index % 10 === 0 ? 'OPEN' : 'RESOLVED';
                        const of = [ids[index % 100], pipelines[index % pipelineCount]!.id, 1, state];
                        return [
                            ...of,
                            'write',
                            'read',
                            from + index,
                            `SKU-${from + index}`,
                            `cause-${index % 7}`,
                            'USER',
                            'It is wrong.',
                            { sku: 'A' },
                        ];
                    });
                    await sql.insert(sql.table(DataHubRecordError), ['runId', 'pipelineId', 'revision', 'state', 'step', 'sourceStep', 'recordIndex', 'recordKey', 'cause', 'kind', 'message', 'record'], rows); // prettier-ignore
                }
            });
        }

        interface Case {
            title: string;
            query: string;
            /** Sent to the long tables; what a session costs is not counted. */
            statements: number;
            /** Counting a whole list is asked for, and reads it. */
            counts?: boolean;
        }

        const cases: Case[] = [
            {
                title: 'the list of pipelines',
                query: `{ dataHubPipelines(options: { take: 20 }) { items { code overview { health openRecords waitingGates
                    lastRun { id summary } lastSuccessfulRun { id } currentRun { id } nextRun { id } } } } }`,
                statements: 4,
            },
            {
                title: 'pipelines by health',
                query: `{ dataHubPipelines(health: [FAILING, WARNING], options: { take: 5 }) { items { overview { health } } } }`,
                statements: 8,
            },
            {
                title: 'a page of runs',
                query: `{ dataHubRuns(options: { take: 25 }) { items { id pipelineCode summary } totalItems } }`,
                statements: 3,
                counts: true,
            },
            {
                title: 'counts of changes',
                query: `{ dataHubChangeCounts(runId: RUN) { total items { action count } } }`,
                statements: 1,
            },
            {
                title: 'a page of changes far behind',
                query: `{ dataHubChanges(runId: RUN, take: 50, after: "90000") { items { entityKey fields { path } } nextCursor } }`,
                statements: 1,
            },
            {
                title: 'the rare changes',
                query: `{ dataHubChanges(runId: RUN, filter: { action: [DELETE] }, take: 50) { items { entityKey } nextCursor } }`,
                statements: 1,
            },
            {
                title: 'changes by text',
                query: `{ dataHubChanges(runId: RUN, filter: { text: "sku-9999" }, take: 50) { items { entityKey } nextCursor } }`,
                statements: 1,
            },
            {
                title: 'a page of refused records',
                query: `{ dataHubRecordErrorPage(filter: { state: [OPEN] }, take: 50, after: "20000") { items { id record } nextCursor } }`,
                statements: 2,
            },
            {
                title: 'the quarantine',
                query: `{ dataHubQuarantine { open causes { cause message open } pipelines { open } } }`,
                statements: 2,
            },
            {
                title: 'alerts',
                query: `{ dataHubAlerts { failedRuns lastFailedRun { pipelineName } openGates } }`,
                statements: 3,
            },
            {
                title: 'today',
                query: `{ dataHubToday(timeZone: "Europe/Berlin") { runs failed running openGates openRecords days { runs } } }`,
                statements: 4,
            },
            {
                title: 'where a variant comes from',
                query: `{ dataHubEntityOrigin(entityType: "ProductVariant", entityId: "7") { fields { path } runs { id } } }`,
                statements: 1,
            },
        ];

        it.each(cases)('$title costs $statements statements', async ({ query, statements, counts }) => {
            const document = query.replaceAll('RUN', `"${runId}"`);
            const sent = await statementsOf(rawConnection(), () => api.query(document));
            const long = sent.filter(({ sql }) => LONG.some(table => sql.includes(table)));
            const texts = long.map(({ sql }) => sql);
            expect(texts, texts.join('\n')).toHaveLength(statements);
            if (database.name !== 'postgres') return;
            for (const statement of long) {
                if (counts && /COUNT\(/.test(statement.sql)) continue;
                expect(await scannedBy(statement), statement.sql).toEqual([]);
            }
        });

        it('finds the open records among all by their state', async () => {
            const { indices } = rawConnection().getMetadata(DataHubRecordError);
            const byState = indices
                .filter(({ columns }) => columns[0]!.propertyName === 'state')
                .map(({ name }) => name);
            const query = '{ dataHubQuarantine { open causes { cause open } } }';
            const sent = await statementsOf(rawConnection(), () => api.query(query));
            const counting = sent.find(({ sql }) => sql.includes('data_hub_record_error') && sql.includes('COUNT('));
            expect(await indexesUsedBy(counting!)).toContain(byState[0] ?? 'an index that begins with the state');
        });

        /** Names of the indexes in the plan that the database makes for what is stored. */
        async function indexesUsedBy({ sql, parameters }: SentStatement): Promise<string[]> {
            const plan = database.name === 'postgres' ? 'EXPLAIN (FORMAT JSON)' : 'EXPLAIN';
            const explain = database.name === 'sqlite' ? 'EXPLAIN QUERY PLAN' : plan;
            const rows = await rawConnection().query<Record<string, unknown>[]>(`${explain} ${sql}`, parameters);
            if (database.name === 'sqlite')
                return rows.flatMap(row => /INDEX (\S+)/.exec(String(row.detail))?.[1] ?? []);
            if (database.name !== 'postgres') return rows.map(row => String(row.key));
            const [{ Plan }] = rows[0]!['QUERY PLAN'] as [{ Plan: PlanNode }];
            return nodesOf(Plan).flatMap(node => node['Index Name'] ?? []);
        }

        /** Long tables that are read from their beginning to their end because no index leads to what is asked for. */
        async function scannedBy({ sql, parameters }: SentStatement): Promise<string[]> {
            return rawConnection().transaction(async manager => {
                // One run has most of the changes here, and for it the whole table would be right.
                await manager.query('SET LOCAL enable_seqscan = off');
                const [row] = await manager.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
                    `EXPLAIN (FORMAT JSON) ${sql}`,
                    parameters,
                );
                return nodesOf(row!['QUERY PLAN'][0]!.Plan)
                    .filter(node => LONG.includes(node['Relation Name'] ?? '') && readsAll(node))
                    .map(node => node['Relation Name']!);
            });
        }
    },
    { sampleOn: 'postgres' },
);

interface PlanNode {
    'Node Type': string;
    'Relation Name'?: string;
    'Index Name'?: string;
    'Index Cond'?: string;
    Plans?: PlanNode[];
    /** Ends when it has found enough. */
    isLimited?: boolean;
}

function nodesOf(node: PlanNode): PlanNode[] {
    const isLimited = node.isLimited === true || node['Node Type'] === 'Limit';
    return [node, ...(node.Plans ?? []).flatMap(inner => nodesOf({ ...inner, isLimited }))];
}

/** From one end of an index to the other is no better than from one end of the table to the other. */
function readsAll(node: PlanNode): boolean {
    const isWholeIndex = /^Index/.test(node['Node Type']) && node['Index Cond'] === undefined && !node.isLimited;
    return node['Node Type'] === 'Seq Scan' || isWholeIndex;
}
