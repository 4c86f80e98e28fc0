import type { ID } from '@vendure/core';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TypeOrmUnitOfWork } from '../../src/catalog/sql/unit-of-work';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { DataHubSpoolChunk, Pipeline, PipelineLog, PipelineRun } from '../../src/entities';
import type { PipelineDefinitionInput } from '../../src/sdk/definition/definition';
import type { DataHubOptions } from '../../src/services/data-hub-options';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { PipelineService } from '../../src/services/pipeline.service';
import type { TestDatabase } from './databases';
import { type BootedVendure, bootVendure } from './vendure';

export type Definition = Omit<PipelineDefinitionInput, 'version'>;

export interface PipelineShopOptions {
    database: TestDatabase;
    databaseName: string;
    dataHub?: Partial<DataHubOptions>;
    keepDatabase?: boolean;
}

/** A booted shop in which pipelines run in this process, each when a test says so. */
export class PipelineShop {
    private codes = 0;

    private constructor(
        readonly server: BootedVendure,
        private readonly folder: string,
    ) {}

    static async boot({ database, databaseName, dataHub, keepDatabase }: PipelineShopOptions): Promise<PipelineShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-pipelines-'));
        const server = await bootVendure({
            database,
            databaseName,
            keepDatabase,
            plugins: [
                DataHubPlugin.init({
                    ...dataHub,
                    files: { rootDir: join(folder, 'files'), outputDir: join(folder, 'out') },
                    spool: { directory: join(folder, 'spool'), ...dataHub?.spool },
                    whole: { tempDirectory: join(folder, 'whole'), ...dataHub?.whole },
                }),
            ],
        });
        return new PipelineShop(server, folder);
    }

    async close(options: { dropDatabase?: boolean } = {}): Promise<void> {
        await this.server.close(options);
        rmSync(this.folder, { recursive: true, force: true });
    }

    get outputDir(): string {
        return join(this.folder, 'out');
    }

    rows<T extends object>(entity: new () => T) {
        return this.server.connection.rawConnection.getRepository(entity);
    }

    async pipeline(definition: Definition): Promise<Pipeline> {
        const code = `pipeline-${process.pid}-${++this.codes}`;
        const input = { code, name: code, definition: { version: 1, ...definition } };
        const { app, connection, ctx } = this.server;
        // As the Admin API does it. On SQLite what the run before has left to do may be in a transaction meanwhile.
        const created = await new TypeOrmUnitOfWork(connection, ctx).transaction(scope =>
            app.get(PipelineService).create(scope.ctx, input as never),
        );
        if (!(created instanceof Pipeline)) throw new Error(JSON.stringify(created, undefined, 1));
        return created;
    }

    async enqueue({ id }: Pipeline, options: { dryRun?: boolean } = {}): Promise<ID> {
        const runner = this.server.app.get(PipelineRunnerService);
        return (await runner.enqueue(this.server.ctx, id, { triggeredBy: 'test', ...options })).id;
    }

    /** From where the run stands to where it ends or pauses. */
    async execute(runId: ID): Promise<PipelineRun> {
        await this.server.app.get(PipelineRunnerService).execute(runId);
        return this.run(runId);
    }

    /** Creates the pipeline and runs it to its end. */
    async runToEnd(definition: Definition, options: { dryRun?: boolean } = {}): Promise<PipelineRun> {
        return this.execute(await this.enqueue(await this.pipeline(definition), options));
    }

    async resume(runId: ID): Promise<PipelineRun> {
        const runner = this.server.app.get(PipelineRunnerService);
        await runner.resume(this.server.ctx, runId, { resumedBy: 'test' });
        return this.execute(runId);
    }

    run(runId: ID): Promise<PipelineRun> {
        return this.rows(PipelineRun).findOneByOrFail({ id: runId });
    }

    async linesOf(runId: ID): Promise<string[]> {
        const lines = await this.rows(PipelineLog).find({ where: { runId }, order: { index: 'ASC' } });
        return lines.map(({ message }) => message);
    }

    /** What runs have left in the spool, whichever backend it has. */
    async spooled(): Promise<string[]> {
        const chunks = await this.rows(DataHubSpoolChunk).find({ select: { run: true, channelKey: true } });
        return [
            ...chunks.map(({ run, channelKey }) => `${run} ${channelKey}`),
            ...filesBelow(join(this.folder, 'spool')),
            ...filesBelow(join(this.folder, 'whole')),
        ];
    }
}

/** Records that stand in the definition. */
export function given(key: string, records: object[]) {
    return { key, type: 'EXTRACT', config: { adapterCode: 'inMemory', records } } as Definition['steps'][number];
}

export async function until(what: string, isReached: () => Promise<boolean> | boolean): Promise<void> {
    for (const giveUpAt = Date.now() + 30_000; !(await isReached()); await sleep(20)) {
        if (Date.now() > giveUpAt) throw new Error(`Waited in vain until ${what}.`);
    }
}

function filesBelow(folder: string): string[] {
    try {
        const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
        return entries.filter(entry => entry.isFile()).map(({ name }) => name);
    } catch {
        return [];
    }
}
