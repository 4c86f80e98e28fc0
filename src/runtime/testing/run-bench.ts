import { definitionSchema, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import type { ExporterAdapter, OutputFileAccess } from '../../sdk/exporter';
import type { ExtractorAdapter, FileAccess } from '../../sdk/extractor';
import type { LoaderAdapter } from '../../sdk/loader';
import type { OperatorAdapter } from '../../sdk/operator';
import type { AdapterLookup } from '../adapter-lookup';
import type { RunHooks, RunObserver } from '../ports';
import { RunSetup, runPipeline } from '../run-pipeline';
import { BatchWorker } from '../run/batch-worker';
import type { RunResult } from '../run/run-result';
import { FakeClock } from './fake-clock';
import { MemoryDatabase, MemoryScope } from './memory-database';
import { MemoryGates } from './memory-gates';
import { MemoryJournal } from './memory-journal';
import { MemoryRemote } from './memory-remote';
import { MemorySpool } from './memory-spool';
import { memoryWhole } from './memory-whole';

export interface BenchSetup {
    adapters: readonly { type: string; code: string }[];
    steps: PipelineDefinitionInput['steps'];
    edges?: PipelineDefinitionInput['edges'];
    batchSize?: number;
    concurrency?: number;
    context?: NonNullable<PipelineDefinitionInput['context']>;
    hooks?: RunHooks;
    observer?: RunObserver;
    spool?: MemorySpool;
    /** Lets workers write the batches, which die as often as this says. */
    workersDie?: () => boolean;
    /** Give the one of an earlier run to go on with its data. */
    database?: MemoryDatabase;
    journal?: MemoryJournal;
}

/** Runs a pipeline against the fakes. `database` and `journal` are there before the run, for tests that interfere. */
export function bench(setup: BenchSetup) {
    const database = setup.database ?? new MemoryDatabase();
    const journal = setup.journal ?? new MemoryJournal(database);
    const clock = new FakeClock();
    const spool = setup.spool ?? new MemorySpool();
    const gates = new MemoryGates(database);
    const definition = definitionSchema.parse({
        version: 1,
        steps: setup.steps,
        edges: setup.edges,
        context: {
            throughput: { batchSize: setup.batchSize ?? 5, concurrency: setup.concurrency ?? 2 },
            ...setup.context,
        },
    });
    const setupOf = (more: Partial<RunSetup<MemoryScope>>): RunSetup<MemoryScope> => ({
        runId: '1',
        definition,
        registry: lookup(setup.adapters),
        ports: {
            clock,
            units: database,
            journal,
            spool,
            gates,
            whole: memoryWhole,
            hooks: setup.hooks,
            observer: setup.observer,
        },
        host: {},
        planHost: {},
        files: noFiles,
        outputs: noOutputs,
        ...more,
    });
    const remote =
        setup.workersDie &&
        new MemoryRemote(database, journal, stage => BatchWorker.open(setupOf({}), stage), setup.workersDie);
    const run = (more: Partial<RunSetup<MemoryScope>> = {}): Promise<RunResult> => {
        const complete = setupOf(more);
        return runPipeline({ ...complete, ports: { ...complete.ports, ...(remote ? { remote } : {}) } });
    };
    return { database, journal, clock, spool, gates, remote, run };
}

const noFiles: FileAccess = {
    open: async () => {
        throw new UserError('file-not-found', 'There are no files here.');
    },
};

const noOutputs: OutputFileAccess = {
    prepare: async () => {
        throw new UserError('file-not-found', 'There are no files here.');
    },
};

function lookup(adapters: BenchSetup['adapters']): AdapterLookup {
    const find = <A>(type: string, code: string): A => {
        const found = adapters.find(adapter => adapter.type === type && adapter.code === code);
        if (!found)
            throw new UserError('unknown-adapter', `There is no ${type.toLowerCase()} with the code "${code}".`);
        return found as A;
    };
    return {
        extractor: code => find<ExtractorAdapter>('EXTRACTOR', code),
        operator: code => find<OperatorAdapter>('OPERATOR', code),
        loader: code => find<LoaderAdapter>('LOADER', code),
        exporter: code => find<ExporterAdapter>('EXPORTER', code),
    };
}
