import type { StepDefinition } from '../../sdk/definition/definition';
import type { LoadExecutor } from '../executors/load-executor';
import { Graph, normaliseGraph } from '../graph/graph';
import { Channel, GateUnit, planStages, Stage, Unit } from '../graph/stages';
import type { RetryBudget } from '../retry/transaction-retry';
import type { RunSetup } from '../run-pipeline';
import { GateExecutor } from './gate-executor';
import { planId } from './plan-id';
import type { RunControl } from './run-control';
import { makeRunParts } from './make-run-parts';
import type { RunParts } from './run-parts';
import { RunTracker } from './run-tracker';
import { fingerprintSources, warnOfOtherSources } from './source-fingerprints';
import { buildLoad, buildMachine, StageMachine } from './stage-machine';
import { StageRunner } from './stage-runner';
import type { StageMode } from './stage-writes';
import { toleranceCheck } from './tolerance-check';
import type { UnitRunner } from './units';
import { WholeUnitRunner } from './whole-unit-runner';

export interface Assembly<Scope> {
    graph: Graph;
    units: { unit: Unit; runner: UnitRunner }[];
    run: RunParts<Scope>;
    /** Gates that were rejected, by unit id. */
    closed: ReadonlySet<string>;
}

/** Builds every part of a run, so that a wrong setting fails before the first record is read. */
export async function assemble<Scope>(
    setup: RunSetup<Scope>,
    control: RunControl,
    retry: RetryBudget,
    /** Called as soon as there are loaders, before anything is read or opened that may not be there. */
    takeOver: (run: RunParts<Scope>) => Promise<void>,
): Promise<Assembly<Scope>> {
    const graph = normaliseGraph(setup.definition, setup.registry);
    const plan = planStages(graph, setup.definition);
    const mode: StageMode = setup.dryRun ? 'DRY_RUN' : 'RUN';
    const builder = new RunBuilder(setup, plan);
    const controls = new Map(plan.map(unit => [unit.id, control.child()]));

    const loads = new Map<string, LoadExecutor<Scope>>();
    const sourceFingerprints: Record<string, string> = { ...setup.resumeFrom?.sourceFingerprints };
    const tracker = new RunTracker(
        { batchSize: builder.batchSize, sourceFingerprints },
        setup.ports.clock,
        setup.resumeFrom,
    );
    const run = makeRunParts(setup, control, {
        tracker,
        loads,
        retry,
        batchSize: builder.batchSize,
        concurrency: setup.definition.context.throughput.concurrency,
        dryRun: setup.dryRun ?? false,
    });

    const closed = new Set<string>();
    const isOpen = ({ gates }: Channel): boolean => !gates.some(gate => closed.has(gate));
    const machines = new Map<string, StageMachine<Scope>>();
    const stages = plan.filter(unit => unit.kind === 'STAGE');
    for (const { step } of stages.flatMap(stage => stage.loads)) {
        loads.set(step.key, await buildLoad(step, mode, { setup, run, control }));
    }
    await takeOver(run);
    const fingerprint = async (stage: Stage): Promise<void> => {
        const found = await fingerprintSources(machines.get(stage.id)!.extracts, setup.resumeFrom);
        warnOfOtherSources(found, setup.ports);
        Object.assign(sourceFingerprints, found);
    };
    for (const stage of stages) {
        const context = { setup, run, loads, control: controls.get(stage.id)!, isOpen };
        machines.set(stage.id, await buildMachine(stage, mode, context));
        // What reads after something else has ended may not be there yet.
        if (stage.needs.length === 0 && !tracker.stage(stage.id).isComplete) await fingerprint(stage);
    }

    const checkTolerance = toleranceCheck(setup.definition, tracker, plan);
    const runnerOf = (unit: Unit): UnitRunner => {
        const own = controls.get(unit.id)!;
        switch (unit.kind) {
            case 'WHOLE':
                return new WholeUnitRunner(unit, run, own, isOpen);
            case 'GATE': {
                const close = (): unknown => closed.add(unit.id);
                const planBehind = (): Promise<void> => builder.planBehind(unit, run, own, isOpen);
                return new GateExecutor(unit, run, own, {
                    isOpen,
                    close,
                    plan: planBehind,
                    recordsRead: () => builder.recordsRead(tracker.metrics),
                });
            }
            case 'STAGE':
                return new StageRunner(unit, machines.get(unit.id)!, run, own, {
                    isOpen,
                    // The last unit of a run without barriers needs no mark: its source is simply read again.
                    mustStoreEnd: plan.length > 1,
                    checkTolerance,
                    begin: () => (unit.needs.length > 0 ? fingerprint(unit) : Promise.resolve()),
                });
        }
    };
    return { graph, units: plan.map(unit => ({ unit, runner: runnerOf(unit) })), run, closed };
}

/** What is built while the run goes on. */
class RunBuilder<Scope> {
    readonly batchSize: number;
    private readonly extractKeys: string[];

    constructor(
        private readonly setup: RunSetup<Scope>,
        private readonly plan: readonly Unit[],
    ) {
        this.batchSize = setup.resumeFrom?.batchSize ?? setup.definition.context.throughput.batchSize;
        this.extractKeys = setup.definition.steps.filter(isExtract).map(step => step.key);
    }

    recordsRead(metrics: RunParts<Scope>['tracker']['metrics']): number {
        return this.extractKeys.reduce((sum, key) => sum + (metrics.steps[key]?.in ?? 0), 0);
    }

    /** Takes what waits at the gate through the stages behind it without writing anything. */
    async planBehind(
        gate: GateUnit,
        run: RunParts<Scope>,
        control: RunControl,
        isOpen: (channel: Channel) => boolean,
    ): Promise<void> {
        const { kind, step: gateStep } = gate.node;
        let planned = 0;
        for (const stage of this.plan) {
            if (stage.kind !== 'STAGE' || stage.loads.length === 0) continue;
            const inputs = stage.inputs.filter(input => 'channel' in input && input.channel.gates.includes(gate.id));
            if (inputs.length === 0) continue;
            const loads = new Map<string, LoadExecutor<Scope>>();
            for (const { step } of stage.loads)
                loads.set(step.key, await buildLoad(step, 'PLAN', { setup: this.setup, run, control }));
            const behind: Stage = { ...stage, inputs };
            const own = control.child();
            const plan = {
                id: planId(gateStep.key, planned++),
                guarded: kind === 'GUARD' ? gateStep.key : undefined,
            };
            const machine = await buildMachine(behind, 'PLAN', {
                setup: this.setup,
                run,
                loads,
                control: own,
                isOpen,
                plan,
            });
            const runner = new StageRunner(behind, machine, run, own, {
                isOpen,
                mustStoreEnd: true,
                checkTolerance: () => undefined,
                begin: () => Promise.resolve(),
            });
            const end = await runner.execute();
            if (end !== 'COMPLETE') throw own.fault?.thrown ?? control.signal.reason;
        }
    }
}

function isExtract(step: StepDefinition): boolean {
    return step.type === 'EXTRACT';
}
