import type { StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError, DataHubError } from '../../sdk/errors';
import type { ExportContext } from '../../sdk/exporter';
import type { ExtractContext } from '../../sdk/extractor';
import { DirectLoader, isDirect, Loader } from '../../sdk/loader';
import type { SourcePage } from '../batch/batcher';
import { located } from '../batch/located-error';
import { ExportExecutor } from '../executors/export-executor';
import { ExtractExecutor } from '../executors/extract-executor';
import { LoadExecutor, LoadSupervision } from '../executors/load-executor';
import { RouteExecutor } from '../executors/route-executor';
import { TransformExecutor } from '../executors/transform-executor';
import type { GraphNode } from '../graph/graph';
import type { Channel, Stage } from '../graph/stages';
import { adapterSettings, parseSettings } from '../graph/step-settings';
import type { RunSetup } from '../run-pipeline';
import { BatchSettler } from './batch-settler';
import type { RunControl } from './run-control';
import type { RunParts } from './run-parts';
import { RemoteSettler } from './remote-settler';
import { PreparedBatch, StageFlow } from './stage-flow';
import { StageMode, StageWrites } from './stage-writes';

/** Brings prepared batches to their end. */
export interface Settler {
    settle(batch: PreparedBatch): Promise<void>;
    /** For a batch that had settled before a restart. */
    restore(batch: PreparedBatch): Promise<void>;
    /** Once no batch is in flight. */
    close(): Promise<void>;
}

/** Everything that runs the batches of one stage once. Operators remember records, so a second pass needs a new one. */
export interface StageMachine<Scope> {
    /** What the checkpoint calls it. */
    id: string;
    mode: StageMode;
    extracts: Map<string, ExtractExecutor>;
    flow: StageFlow<Scope>;
    writes: StageWrites<Scope>;
    settler: Settler;
    loads: LoadExecutor<Scope>[];
    exports: ExportExecutor[];
}

/** `loads`: executors of the run's LOAD steps, which live as long as the run. */
export async function buildMachine<Scope>(
    stage: Stage,
    mode: StageMode,
    { setup, run, loads, control, isOpen, plan }: BuildContext<Scope>,
): Promise<StageMachine<Scope>> {
    const extracts = new Map<string, ExtractExecutor>();
    for (const input of stage.inputs) {
        if ('extract' in input && !input.extract.step.disabled)
            extracts.set(input.extract.step.key, extractor(input.extract.step, setup, run, control));
    }
    const transforms = new Map<string, TransformExecutor>();
    const routes = new Map<string, RouteExecutor>();
    for (const node of stage.flow) {
        if (node.kind === 'ROUTE') routes.set(node.id, new RouteExecutor(node.step, hasDefault(node)));
        else
            transforms.set(
                node.id,
                new TransformExecutor(node.step, setup.registry, node, supervision(node.step, run, control)),
            );
    }
    const exports: ExportExecutor[] = [];
    for (const { step } of stage.exports) {
        const executor = exporter(step, setup, control, mode);
        run.exports.push(executor);
        exports.push(executor);
        await executor.open();
    }
    const id = plan?.id ?? stage.id;
    const ordered = stage.loads.map(({ step }) => loads.get(step.key)!);
    const writes = new StageWrites(stage, mode, ordered, exports, run, control, plan?.guarded);
    const local = new BatchSettler(id, writes, run, control);
    // Exports are written in order, by one process.
    const isRemote = mode === 'RUN' && run.ports.remote !== undefined && exports.length === 0 && ordered.length > 0;
    return {
        id,
        mode,
        extracts,
        flow: new StageFlow({
            stage,
            transforms,
            routes,
            loads,
            refusals: run.errors,
            isOpen,
            hooks: setup.ports.hooks,
            signal: control.signal,
        }),
        writes,
        settler: isRemote ? new RemoteSettler(id, writes, local, run, control) : local,
        loads: ordered,
        exports,
    };
}

export interface BuildContext<Scope> {
    setup: RunSetup<Scope>;
    run: RunParts<Scope>;
    /** By step key. */
    loads: ReadonlyMap<string, LoadExecutor<Scope>>;
    control: RunControl;
    /** False for channels behind a gate that was rejected. */
    isOpen: (channel: Channel) => boolean;
    /** Of a stage that is only planned. */
    plan?: { id: string; guarded?: string };
}

export async function buildLoad<Scope>(
    step: StepDefinition,
    mode: StageMode,
    { setup, run, control }: Pick<BuildContext<Scope>, 'setup' | 'run' | 'control'>,
): Promise<LoadExecutor<Scope>> {
    try {
        const { code, config: settings } = adapterSettings(step);
        const adapter = setup.registry.loader(code);
        const config = parseSettings(adapter.schema, settings, step, `The loader "${code}" of step "${step.key}"`);
        const host = mode === 'PLAN' ? setup.planHost : setup.host;
        // The registry holds loaders of any host; that scope and host fit together is the host application's affair.
        const created = (await adapter.create({ config, host })) as Loader<Scope> | DirectLoader<Scope>;
        if (mode === 'DRY_RUN' && isDirect(created) && !created.plan) {
            const message = `The loader "${code}" has no plan: this dry run only counts the records that reach it.`;
            setup.ports.journal.log('INFO', message, { step: step.key });
        }
        return new LoadExecutor(step, code, created, setup.ports.units, mode !== 'RUN', {
            ...supervision(step, run, control),
            plan: setup.ports.plan,
        });
    } catch (thrown) {
        throw located(asDataHubError(thrown), { step: step.key });
    }
}

/** What a stage reads, in order. `isOpen` tells channels that something may come through from those behind a closed gate. */
export function* sourcesOf<Scope>(
    stage: Stage,
    machine: StageMachine<Scope>,
    run: RunParts<Scope>,
    isOpen: (channel: Channel) => boolean,
): Generator<AsyncIterable<SourcePage>> {
    const read = new Set<string>();
    for (const input of stage.inputs) {
        if ('extract' in input) {
            const extract = machine.extracts.get(input.extract.step.key);
            if (extract) yield extract.pages();
            continue;
        }
        const { name, filledBy } = input.channel;
        if (!isOpen(input.channel) || read.has(name)) continue;
        read.add(name);
        yield run.spool.pages(name, run.tracker.stage(filledBy).sentTo(name).chunks);
    }
}

function extractor<Scope>(
    step: StepDefinition,
    { registry, files, host, ports }: RunSetup<Scope>,
    run: RunParts<Scope>,
    control: RunControl,
): ExtractExecutor {
    const log: ExtractContext['log'] = (level, message) => ports.journal.log(level, message, { step: step.key });
    const retrying = {
        clock: ports.clock,
        onRetry: (
            { code, message }: DataHubError,
            { attempt, delayMs }: { attempt: number; delayMs: number },
        ): void => {
            log('WARN', `Reading broke off: ${message} Trying again in ${delayMs} ms (attempt ${attempt}).`);
            run.events.retried({ step: step.key, code, message, attempt });
        },
    };
    return new ExtractExecutor(step, registry, { files, host, signal: control.signal, log }, retrying);
}

/** What ends or repeats the work of a step. */
function supervision<Scope>(step: StepDefinition, run: RunParts<Scope>, { signal }: RunControl): LoadSupervision {
    return { signal, retries: run.errors.retriesOf(step) };
}

function exporter<Scope>(
    step: StepDefinition,
    { registry, outputs, runId, ports }: RunSetup<Scope>,
    control: RunControl,
    mode: StageMode,
): ExportExecutor {
    const context: ExportContext = {
        files: outputs,
        runId,
        step: step.key,
        signal: control.signal,
        log: (level, message) => ports.journal.log(level, message, { step: step.key }),
    };
    return new ExportExecutor(step, registry, context, mode !== 'RUN');
}

function hasDefault(node: GraphNode): boolean {
    return node.outputs.some(link => link.branch === undefined && !link.isSide);
}
