import type { StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError } from '../../sdk/errors';
import { DirectLoader, isDirect, Loader } from '../../sdk/loader';
import { located } from '../batch/located-error';
import { SettlementTracker } from '../batch/settlement-tracker';
import { ExtractExecutor } from '../executors/extract-executor';
import { LoadExecutor } from '../executors/load-executor';
import { TransformExecutor } from '../executors/transform-executor';
import { Graph, normaliseGraph } from '../graph/graph';
import { planStages } from '../graph/stages';
import { adapterSettings, parseSettings } from '../graph/step-settings';
import type { RetryBudget } from '../retry/transaction-retry';
import type { RunSetup } from '../run-pipeline';
import { BatchSettler } from './batch-settler';
import type { RunControl } from './run-control';
import { fingerprintSources } from './source-fingerprints';
import { StageFlow } from './stage-flow';

/** One stage of a run, ready to go. */
export interface StageRun<Scope> {
    /** In the order in which they are read. */
    sources: ExtractExecutor[];
    flow: StageFlow<Scope>;
    settler: BatchSettler<Scope>;
}

export interface Assembly<Scope> {
    graph: Graph;
    stages: StageRun<Scope>[];
    loads: LoadExecutor<Scope>[];
    tracker: SettlementTracker;
    batchSize: number;
}

/** Builds every part of a run, so that a wrong setting fails before the first record is read. */
export async function assemble<Scope>(
    setup: RunSetup<Scope>,
    control: RunControl,
    retry: RetryBudget,
): Promise<Assembly<Scope>> {
    const graph = normaliseGraph(setup.definition);
    const plan = planStages(graph, setup.definition);
    const batchSize = setup.resumeFrom?.batchSize ?? setup.definition.context.throughput.batchSize;
    const extracts = new Map<string, ExtractExecutor>();
    const transforms = new Map<string, TransformExecutor>();
    const loads = new Map<string, LoadExecutor<Scope>>();
    for (const { step } of plan.flatMap(stage => stage.sources))
        extracts.set(step.key, extractor(step, setup, control));
    for (const { step } of plan.flatMap(stage => stage.flow)) {
        transforms.set(step.key, new TransformExecutor(step, setup.registry));
    }
    const sourceFingerprints = await fingerprintSources(extracts, setup.resumeFrom);
    for (const { step } of plan.flatMap(stage => stage.loads)) loads.set(step.key, await loader(step, setup));

    const tracker = new SettlementTracker({ batchSize, sourceFingerprints }, setup.resumeFrom);
    const options = { dryRun: setup.dryRun ?? false, retry };
    const stages = plan.map(stage => ({
        sources: stage.sources.map(({ step }) => extracts.get(step.key)!),
        flow: new StageFlow(stage, transforms, loads),
        settler: new BatchSettler(
            setup.ports,
            stage.loads.map(({ step }) => loads.get(step.key)!),
            tracker,
            control,
            options,
        ),
    }));
    return { graph, stages, loads: [...loads.values()], tracker, batchSize };
}

function extractor<Scope>(
    step: StepDefinition,
    { registry, files, ports }: RunSetup<Scope>,
    control: RunControl,
): ExtractExecutor {
    return new ExtractExecutor(step, registry, {
        files,
        signal: control.signal,
        log: (level, message) => ports.journal.log(level, message, { step: step.key }),
    });
}

async function loader<Scope>(step: StepDefinition, setup: RunSetup<Scope>): Promise<LoadExecutor<Scope>> {
    try {
        const { code, config: settings } = adapterSettings(step);
        const adapter = setup.registry.loader(code);
        const config = parseSettings(adapter.schema, settings, step, `The loader "${code}" of step "${step.key}"`);
        // The registry holds loaders of any host; that scope and host fit together is the host application's affair.
        const created = (await adapter.create({ config, host: setup.host })) as Loader<Scope> | DirectLoader<Scope>;
        if (setup.dryRun && isDirect(created)) {
            const message = `The loader "${code}" has no plan: this dry run only counts the records that reach it.`;
            setup.ports.journal.log('INFO', message, { step: step.key });
        }
        return new LoadExecutor(step, code, created, setup.ports.units, setup.dryRun ?? false);
    } catch (thrown) {
        throw located(asDataHubError(thrown), { step: step.key });
    }
}
