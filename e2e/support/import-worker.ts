import {
    DefaultJobQueuePlugin,
    DefaultLogger,
    EventBus,
    LogLevel,
    ProductEvent,
    ProductVariantEvent,
} from '@vendure/core';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataHubPlugin } from '../../src/data-hub.plugin';
import { Pipeline } from '../../src/entities';
import { GateService } from '../../src/services/gates/gate.service';
import { PipelineRunnerService } from '../../src/services/pipeline-runner.service';
import { ApplyPlanService } from '../../src/services/plans/apply-plan.service';
import { UndoService } from '../../src/services/undo/undo.service';
import { allDatabases, type TestDatabase } from './databases';
import { EVENTS_FILE, type ImportWorkerCommand, type ImportWorkerInput, WORKER_READY } from './import-worker-messages';
import { killPipelines } from './kill-pipelines';
import { type BootedVendure, bootVendure } from './vendure';
import { fail } from './worker-lifetime';

/**
 * A process that runs pipelines as a worker does, to be killed. The first one makes the shop; those that come later only
 * start, and have to find by themselves what there is to be done.
 */
async function main(input: ImportWorkerInput): Promise<void> {
    const { folder, file, changedFile, batchSize } = input;
    const vendure = await bootVendure({
        database: existing(input),
        databaseName: input.databaseName,
        keepDatabase: !input.first,
        runJobs: true,
        config: { logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: true }) },
        plugins: [
            DefaultJobQueuePlugin.init({ pollInterval: 50 }),
            DataHubPlugin.init({
                pipelines: killPipelines({ file, batchSize }, changedFile),
                files: { rootDir: folder },
                distributedLock: { defaultTtlMs: input.leaseTtlMs },
                spool: { directory: join(folder, 'spool') },
                // Little enough that sorting leaves the memory of the process.
                whole: { tempDirectory: join(folder, 'whole'), maxRowsInMemory: 500 },
            }),
        ],
    });
    recordEvents(vendure, join(folder, EVENTS_FILE));
    process.on('message', (message: 'stop' | ImportWorkerCommand) => {
        const done =
            message === 'stop'
                ? vendure.close({ dropDatabase: false }).then(() => process.exit(0))
                : obey(vendure, message).then(() => process.send!(WORKER_READY));
        done.catch(fail);
    });
    process.send!(WORKER_READY);
}

/** The parent has created the database, and only the first process makes its tables. */
function existing({ database, first }: ImportWorkerInput): TestDatabase {
    const found = allDatabases.find(({ name }) => name === database)!;
    return {
        ...found,
        create: () => Promise.resolve(),
        connectionOptions: name => ({ ...found.connectionOptions(name), synchronize: first }),
    };
}

async function obey({ app, connection, ctx }: BootedVendure, command: ImportWorkerCommand): Promise<void> {
    if ('run' in command) {
        const pipelines = connection.rawConnection.getRepository(Pipeline);
        const { id } = await pipelines.findOneByOrFail({ code: command.run });
        await app.get(PipelineRunnerService).enqueue(ctx, id, {
            triggeredBy: 'kill test',
            dryRun: command.dryRun,
        });
    } else if ('approve' in command) {
        const { runId, step } = command.approve;
        await app.get(GateService).approveGate(ctx, runId, step);
    } else if ('applyPlan' in command) {
        await app.get(ApplyPlanService).apply(ctx, command.applyPlan, { triggeredBy: 'kill test' });
    } else {
        await app.get(UndoService).undoRun(ctx, command.undo, { triggeredBy: 'kill test' });
    }
}

/** Written before the next turn, so that a kill cannot lose what was heard. */
function recordEvents({ app }: BootedVendure, path: string): void {
    const events = app.get(EventBus);
    const record = (lines: string[]) => appendFileSync(path, lines.map(line => `${line}\n`).join(''));
    events.ofType(ProductVariantEvent).subscribe(({ type, variants }) => {
        record(variants.map(({ id }) => `ProductVariant ${type} ${id}`));
    });
    events.ofType(ProductEvent).subscribe(({ type, product }) => record([`Product ${type} ${product.id}`]));
}

main(JSON.parse(process.argv[2]!) as ImportWorkerInput).catch(fail);
