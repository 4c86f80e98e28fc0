import type { EventBus, ListQueryBuilder } from '@vendure/core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeOnEachDatabase } from '../../e2e/support/each-database';
import { openPluginDatabase, type PluginDatabase } from '../../e2e/support/plugin-database';
import { pendingRun, pipelineRow } from '../../e2e/support/run-rows';
import { PipelineRun } from '../entities';
import type { AdapterRuntimeService } from './adapter-runtime.service';
import { CheckpointService } from './checkpoint.service';
import type { ResolvedDataHubOptions } from './data-hub-options';
import { DatabaseLocks } from './database-locks';
import type { RunHooksService } from './hooks/run-hooks.service';
import type { ObservabilityService } from './observability/observability.service';
import { PipelineLogService } from './pipeline-log.service';
import { PipelineRunnerService } from './pipeline-runner.service';
import { RecordErrorService } from './record-error.service';
import type { RunContextFactory } from './run-context';
import { BatchDispatcher } from './distributed/batch-dispatcher';
import { RunDispatcher } from './run-dispatcher';

describeOnEachDatabase('PipelineRunnerService', testDatabase => {
    let database: PluginDatabase;

    beforeAll(async () => {
        database = await openPluginDatabase(testDatabase, 'dhg_runner');
    });
    afterAll(() => database.close());

    it('gives a run back at once that it was about to claim when the server shut down', async () => {
        const { connection, dataSource, ctx } = database;
        const runId = await pendingRun(dataSource, await pipelineRow(dataSource));
        const run = vi.fn(() => Promise.resolve({ status: 'COMPLETED', metrics: { steps: {} } }));
        const queries = {} as ListQueryBuilder;
        const locks = new DatabaseLocks(dataSource);
        const runner = new PipelineRunnerService(
            connection,
            {} as EventBus,
            new RunDispatcher(connection, locks),
            new BatchDispatcher(),
            new PipelineLogService(connection, queries),
            { create: () => Promise.resolve(ctx) } as unknown as RunContextFactory,
            { run } as unknown as AdapterRuntimeService,
            new CheckpointService(connection),
            new RecordErrorService(queries, connection),
            { trigger: { connect: () => undefined } } as unknown as RunHooksService,
            {} as ObservabilityService,
            { distributedLock: { defaultTtlMs: 30_000, waitTimeoutMs: 0 } } as ResolvedDataHubOptions,
            locks,
        );
        const execution = runner.execute(runId);
        await runner.onModuleDestroy();
        const stored = await dataSource.getRepository(PipelineRun).findOneByOrFail({ id: runId });
        expect(stored).toMatchObject({ status: 'RUNNING', leaseOwner: null });
        expect(Number(stored.leaseUntilMs)).toBe(0);
        await execution;
        expect(run).not.toHaveBeenCalled();
    });
});
