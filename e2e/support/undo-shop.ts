import { Facet, FacetService, FacetValueService, LanguageCode } from '@vendure/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityMetadata } from 'typeorm';
import type { JsonObject } from '../../shared/json';
import { DataHubPlugin } from '../../src';
import type { PipelineDefinitionInput } from '../../src/sdk/definition/definition';
import { DataHubChangeSet, DataHubRecordError, PipelineRun } from '../../src/entities';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { UndoService } from '../../src/services/undo/undo.service';
import { createChannel } from './further-channel';
import type { TestDatabase } from './databases';
import { runToEnd } from './run-to-end';
import { BootedVendure, bootVendure } from './vendure';

/** A shop with two channels and custom fields, whose imports can be undone. */
export class UndoShop {
    private constructor(
        readonly server: BootedVendure,
        private readonly folder: string,
    ) {}

    static async boot(database: TestDatabase, databaseName: string, batchSize = 100): Promise<UndoShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-undo-'));
        const pipeline = (code: string, adapterCode: string, settings: JsonObject) => ({
            code,
            name: code,
            definition: {
                version: 1,
                steps: [
                    {
                        key: 'read',
                        type: 'EXTRACT',
                        config: { adapterCode: 'file', path: `${code}.json`, format: 'JSON' },
                    },
                    { key: 'load', type: 'LOAD', config: { adapterCode, ...settings } },
                ],
                context: { throughput: { batchSize, concurrency: 2 } },
            } satisfies PipelineDefinitionInput as PipelineDefinitionInput as never,
        });
        const server = await bootVendure({
            database,
            databaseName,
            config: { importExportOptions: { importAssetsDir: folder } },
            plugins: [
                DataHubPlugin.init({
                    pipelines: [
                        pipeline('products', 'product', { variantsMode: 'MERGE' }),
                        pipeline('replace', 'product', {
                            variantsMode: 'REPLACE_ALL',
                            facetValuesMode: 'REPLACE_ALL',
                            assetsMode: 'REPLACE_ALL',
                            channelsMode: 'REPLACE_ALL',
                        }),
                        pipeline('customers', 'customer', { createGroups: true }),
                        pipeline('customersById', 'customer', { matchBy: 'id' }),
                        pipeline('variants', 'productVariant', { facetValuesMode: 'REPLACE_ALL' }),
                        ...(['facet', 'facetValue', 'variantPrice', 'stockLevel', 'stockAdjustment'] as const).map(
                            code => pipeline(code, code, {}),
                        ),
                    ],
                    files: { rootDir: folder },
                }),
            ],
            customFields: {
                Product: [
                    { name: 'erpId', type: 'string', nullable: true },
                    { name: 'claim', type: 'localeString', nullable: true },
                    { name: 'tags', type: 'string', list: true, nullable: true },
                ],
                ProductVariant: [{ name: 'weight', type: 'int', nullable: true }],
            },
        });
        await createChannel(server, 'b2b', { languages: [LanguageCode.en, LanguageCode.de] });
        return new UndoShop(server, folder);
    }

    async close(): Promise<void> {
        await this.server.close();
        rmSync(this.folder, { recursive: true });
    }

    async load(records: JsonObject[], pipeline: UndoPipeline = 'products'): Promise<PipelineRun> {
        writeFileSync(join(this.folder, `${pipeline}.json`), JSON.stringify(records));
        return runToEnd(this.server, pipeline);
    }

    async undo(run: PipelineRun, options: { dryRun?: boolean } = {}): Promise<PipelineRun> {
        const { app, ctx } = this.server;
        const undo = await app.get(UndoService).undoRun(ctx, run.id, { ...options, triggeredBy: 'test' });
        await app.get(PipelineRunnerService).execute(undo.id);
        return this.runs.findOneByOrFail({ id: undo.id });
    }

    /** `<entity key> <field>` of everything that an undo left alone. */
    async conflicts(run: PipelineRun): Promise<string[]> {
        const errors = await this.errors(run);
        return errors.map(({ message, field }) => `${/"([^"]*)"/.exec(message)?.[1]} ${field ?? '-'}`).sort();
    }

    async messages(run: PipelineRun): Promise<string[]> {
        return (await this.errors(run)).map(({ message }) => message);
    }

    errors(run: PipelineRun): Promise<DataHubRecordError[]> {
        return this.server.connection.rawConnection
            .getRepository(DataHubRecordError)
            .find({ where: { runId: run.id }, order: { id: 'ASC' } });
    }

    changeSets(run: PipelineRun): Promise<DataHubChangeSet[]> {
        return this.server.connection.rawConnection
            .getRepository(DataHubChangeSet)
            .find({ where: { runId: run.id }, order: { id: 'ASC' } });
    }

    addFile(name: string, content: Buffer): void {
        writeFileSync(join(this.folder, name), content);
    }

    /** A facet that the shop has by itself. */
    async addFacet(code: string, values: string[]): Promise<Facet> {
        const { app, ctx } = this.server;
        const inEnglish = (name: string) => [{ languageCode: LanguageCode.en, name }];
        const facet = await app
            .get(FacetService)
            .create(ctx, { code, isPrivate: false, translations: inEnglish(code) });
        for (const value of values) {
            await app.get(FacetValueService).create(ctx, facet, { code: value, translations: inEnglish(value) });
        }
        return facet;
    }

    private get runs() {
        return this.server.connection.rawConnection.getRepository(PipelineRun);
    }

    /**
     * Every living row of the shop's tables, with ids; what hangs on soft-deleted rows counts as deleted with them. Without
     * the times of changes, and without the history of stock, which an undo adds to.
     */
    async snapshot(): Promise<Record<string, string[]>> {
        const { rawConnection } = this.server.connection;
        const metadatas = new Map<string, EntityMetadata>();
        for (const metadata of rawConnection.entityMetadatas) {
            const { tableName, tableType } = metadata;
            if (tableType === 'view' || tableName.startsWith('data_hub_') || IGNORED.has(tableName)) continue;
            if (!metadatas.has(tableName)) metadatas.set(tableName, metadata);
        }
        const rowsOf = new Map<string, Record<string, unknown>[]>();
        for (const table of metadatas.keys()) {
            const sql = `SELECT * FROM ${rawConnection.driver.escape(table)}`;
            rowsOf.set(table, await rawConnection.query<Record<string, unknown>[]>(sql));
        }
        const dead = new Set<string>();
        for (let round = 0; round < 3; round++) {
            for (const [table, metadata] of metadatas) {
                for (const row of rowsOf.get(table)!) {
                    const hangs = metadata.foreignKeys.some(key =>
                        key.columns.some(column =>
                            dead.has(
                                `${key.referencedEntityMetadata.tableName} ${JSON.stringify(row[column.databaseName])}`,
                            ),
                        ),
                    );
                    if ((row.deletedAt ?? null) !== null || hangs) dead.add(nameOf(table, row));
                }
            }
        }
        const snapshot: Record<string, string[]> = {};
        for (const [table, rows] of rowsOf) {
            const living = rows.filter(row => !dead.has(nameOf(table, row)));
            snapshot[table] = living.map(row => textOf(table, row)).sort();
        }
        return snapshot;
    }
}

type UndoPipeline =
    | 'products'
    | 'replace'
    | 'variants'
    | 'customers'
    | 'customersById'
    | 'facet'
    | 'facetValue'
    | 'variantPrice'
    | 'stockLevel'
    | 'stockAdjustment';

/** History, and what has nothing to do with the catalog. */
const IGNORED = new Set([
    'stock_movement',
    'history_entry',
    'job_record',
    'job_record_buffer',
    'session',
    'authentication_method',
    'user',
    'user_roles_role',
]);
/** Rows that are written anew as a whole; their ids mean nothing. */
const WITHOUT_IDS = /_(translation|price|asset)$|^stock_level$/;

function nameOf(table: string, row: Record<string, unknown>): string {
    return `${table} ${row.id === undefined ? JSON.stringify(row) : JSON.stringify(row.id)}`;
}

function textOf(table: string, row: Record<string, unknown>): string {
    const { updatedAt: _, ...kept } = row;
    if (WITHOUT_IDS.test(table)) {
        delete kept.id;
        delete kept.createdAt;
    }
    return JSON.stringify(kept);
}

/** What has become visible in a channel because a product went there stays so: the ledger does not name it. */
const STAYS_VISIBLE = /^(facet|facet_value|asset)_channels_channel$/;

/** One line for each row that is only in one of them. */
export function differences(before: Record<string, string[]>, after: Record<string, string[]>): string[] {
    const lines: string[] = [];
    for (const table of new Set([...Object.keys(before), ...Object.keys(after)])) {
        if (STAYS_VISIBLE.test(table)) continue;
        const [left, right] = [new Set(before[table]), new Set(after[table])];
        for (const row of left) if (!right.has(row)) lines.push(`${table} - ${row}`);
        for (const row of right) if (!left.has(row)) lines.push(`${table} + ${row}`);
    }
    return lines;
}
