import { definitionSchema, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import type { ExtractorAdapter, FileAccess } from '../../sdk/extractor';
import type { LoaderAdapter } from '../../sdk/loader';
import type { OperatorAdapter } from '../../sdk/operator';
import type { AdapterLookup } from '../adapter-lookup';
import { RunSetup, runPipeline } from '../run-pipeline';
import type { RunResult } from '../run/run-result';
import { FakeClock } from './fake-clock';
import { MemoryDatabase, MemoryScope } from './memory-database';
import { MemoryJournal } from './memory-journal';

export interface BenchSetup {
    adapters: readonly { type: string; code: string }[];
    steps: PipelineDefinitionInput['steps'];
    edges?: PipelineDefinitionInput['edges'];
    batchSize?: number;
    concurrency?: number;
    /** Give the one of an earlier run to go on with its data. */
    database?: MemoryDatabase;
    journal?: MemoryJournal;
}

/** Runs a pipeline against the fakes. `database` and `journal` are there before the run, for tests that interfere. */
export function bench(setup: BenchSetup) {
    const database = setup.database ?? new MemoryDatabase();
    const journal = setup.journal ?? new MemoryJournal(database);
    const clock = new FakeClock();
    const definition = definitionSchema.parse({
        version: 1,
        steps: setup.steps,
        edges: setup.edges,
        context: { throughput: { batchSize: setup.batchSize ?? 5, concurrency: setup.concurrency ?? 2 } },
    });
    const run = (more: Partial<RunSetup<MemoryScope>> = {}): Promise<RunResult> =>
        runPipeline({
            definition,
            registry: lookup(setup.adapters),
            ports: { clock, units: database, journal },
            host: {},
            files: noFiles,
            ...more,
        });
    return { database, journal, clock, run };
}

const noFiles: FileAccess = {
    open: async () => {
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
    };
}
