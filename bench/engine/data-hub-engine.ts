import { basename, dirname } from 'node:path';
import { AdapterRegistry } from '../../src/adapters/adapter-registry';
import { builtInExporters } from '../../src/exporters';
import { builtInExtractors } from '../../src/extractors';
import { LocalFileAccess } from '../../src/files/local-file-access';
import { LocalOutputAccess } from '../../src/files/local-output-access';
import { builtInOperators } from '../../src/operators';
import { definitionSchema, PipelineDefinition } from '../../src/sdk/definition/definition';
import type { Checkpoint, EnginePorts, GateKeeper, RunJournal, Spool, WholeRunner } from '../../src/runtime/ports';
import { runPipeline } from '../../src/runtime/run-pipeline';
import type { EngineInput, Handled } from './contender';

/** The whole engine, with ports that cost nothing: no database, a journal that keeps nothing but the checkpoint. */
export async function dataHub(input: EngineInput): Promise<Handled> {
    const { files, outputFiles: outputs } = filesOf(input);
    const { status, metrics, error } = await runPipeline({
        runId: 'bench',
        definition: articlesPipeline(input),
        registry: engineRegistry(),
        ports: cheapPorts(),
        host: {},
        planHost: {},
        files,
        outputs,
    });
    if (status !== 'COMPLETED_WITH_ERRORS') throw error ?? new Error(`The run ended as ${status}.`);
    const { read, prepare, write } = metrics.steps;
    return { read: read!.in, written: write!.out, rejected: prepare!.rejected };
}

function cheapPorts(): EnginePorts<null> {
    let stored: Checkpoint | undefined;
    const journal: RunJournal<null> = {
        settle: async (_scope, { checkpoint }) => void (stored = checkpoint),
        stored: async () => stored,
        changeSetsOf: async () => [],
        progress: () => undefined,
        log: (level, message) => console.error(level, message),
    };
    return {
        clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
        units: { transaction: work => work(null), savepoint: (_scope, work) => work(), readOnly: work => work(null) },
        journal,
        spool: notNeeded<Spool>('spool'),
        whole: notNeeded<WholeRunner>('whole'),
        gates: notNeeded<GateKeeper<null>>('gates'),
    };
}

/** The pipeline has no barriers. */
function notNeeded<T extends object>(port: string): T {
    return new Proxy({} as T, {
        get: (_target, name) => () => {
            if (name === 'remove') return Promise.resolve();
            throw new Error(`The engine asked for ${port}.${String(name)}.`);
        },
    });
}

export function articlesPipeline({ csvPath, outputPath, batchSize }: EngineInput): PipelineDefinition {
    return definitionSchema.parse({
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: basename(csvPath) } },
            {
                key: 'prepare',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'trim' },
                        { op: 'rename', args: { from: 'Title', to: 'name' } },
                        { op: 'toCents', args: { path: 'price' } },
                        { op: 'default', args: { path: 'taxCategory', value: 'standard' } },
                        { op: 'filter', args: { keep: { field: 'stock', gt: 0 } } },
                    ],
                },
            },
            { key: 'write', type: 'EXPORT', config: { adapterCode: 'file', path: basename(outputPath) } },
        ],
        context: { throughput: { batchSize } },
    });
}

export function filesOf({ csvPath, outputPath }: EngineInput) {
    return {
        files: new LocalFileAccess({ rootDir: dirname(csvPath) }),
        outputFiles: new LocalOutputAccess({ outputDir: dirname(outputPath) }),
    };
}

/** Without loaders: they would bring Vendure along, and its memory. */
export function engineRegistry(): AdapterRegistry {
    return new AdapterRegistry().register(...builtInExtractors, ...builtInOperators, ...builtInExporters);
}
