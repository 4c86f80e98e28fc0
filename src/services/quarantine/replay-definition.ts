import type { JsonObject } from '../../../shared/json';
import type { EdgeDefinition, PipelineDefinition, StepDefinition } from '../../sdk/definition/definition';
import { edgesOf, sideInputsOf } from '../../../shared/edges';
import { UserError } from '../../sdk/errors';

/** Code of the extractor that reads refused records. */
export const QUARANTINE = 'quarantine';

/**
 * The pipeline for records that were refused: each enters the step that refused it, as it stood when it entered it. What
 * an EXTRACT could not read enters behind it. Steps that no such record can reach are left out, except those that a join
 * on the way reads as its other side: those read their own sources again.
 *
 * EXPORT steps are left out as well: what they write is complete, and a file with the replayed records only would take
 * its place.
 */
export function replayDefinition(
    definition: PipelineDefinition,
    replayId: string,
    refusedAt: readonly string[],
): PipelineDefinition {
    const steps = new Map(definition.steps.map(step => [step.key, step]));
    const isExport = (key: string): boolean => steps.get(key)?.type === 'EXPORT';
    const edges = edgesOf(definition).filter(edge => !isExport(edge.from) && !isExport(edge.to));
    const entries = refusedAt.map(step => ({ step, targets: entryOf(step, steps, edges) }));

    const reached = reachableFrom(
        entries.flatMap(({ targets }) => targets),
        edges,
    );
    const flow = new Set([...reached].filter(key => !isExport(key)));
    refuseWithoutEffect(flow, entries);
    const sides = sidesOf(flow, steps, edges);
    const isKept = (key: string): boolean => flow.has(key) || sides.has(key);

    const taken = new Set(definition.steps.map(step => step.key));
    const sources: StepDefinition[] = [];
    const entering: EdgeDefinition[] = [];
    for (const { step, targets } of entries) {
        const key = freeKey(`${QUARANTINE}-${step}`, taken);
        sources.push({ key, type: 'EXTRACT', config: { adapterCode: QUARANTINE, replayId, step } });
        entering.push(...targets.filter(isKept).map(to => ({ from: key, to })));
    }
    const kept = definition.steps
        .filter(step => isKept(step.key))
        .map(step => withDrawnBranches(withoutInputGuard(step)));
    return {
        ...definition,
        steps: [...sources, ...kept],
        edges: [...entering, ...edges.filter(edge => staysIn(edge, flow, sides))],
        ...(definition.hooks
            ? { hooks: definition.hooks.filter(hook => hook.step === undefined || isKept(hook.step)) }
            : {}),
    };
}

/** Steps that records enter which were refused at `step`. */
function entryOf(step: string, steps: ReadonlyMap<string, StepDefinition>, edges: readonly EdgeDefinition[]): string[] {
    const refusing = steps.get(step);
    if (!refusing) {
        throw new UserError(
            'replay-step-gone',
            `The pipeline has no step "${step}" any more, where these records were refused.`,
            'Give the step its name back, or correct the source and run the pipeline again.',
            { step },
        );
    }
    if (refusing.type !== 'EXTRACT') return [step];
    return [...new Set(edges.filter(edge => edge.from === step && !edge.dependencyOnly).map(edge => edge.to))];
}

/** The given steps and all that records flow to from there. */
function reachableFrom(from: readonly string[], edges: readonly EdgeDefinition[]): Set<string> {
    const reached = new Set<string>();
    const waiting = [...from];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        if (reached.has(key)) continue;
        reached.add(key);
        for (const edge of edges) if (edge.from === key && !edge.dependencyOnly) waiting.push(edge.to);
    }
    return reached;
}

/** Steps whose output is the other side of a join on the way, with everything before them. */
function sidesOf(
    flow: ReadonlySet<string>,
    steps: ReadonlyMap<string, StepDefinition>,
    edges: readonly EdgeDefinition[],
): Set<string> {
    const sides = new Set<string>();
    const waiting = [...flow].flatMap(key => sideInputsOf(steps.get(key)!).map(side => side.from));
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        const step = steps.get(key);
        if (!step || sides.has(key)) continue;
        sides.add(key);
        waiting.push(...sideInputsOf(step).map(side => side.from));
        for (const edge of edges) if (edge.to === key && !edge.dependencyOnly) waiting.push(edge.from);
    }
    return sides;
}

/** What other sides are made of flows nowhere but there: it was not refused. */
function staysIn(edge: EdgeDefinition, flow: ReadonlySet<string>, sides: ReadonlySet<string>): boolean {
    const isKept = (key: string): boolean => flow.has(key) || sides.has(key);
    if (!isKept(edge.from) || !isKept(edge.to)) return false;
    return edge.dependencyOnly === true || flow.has(edge.from) || sides.has(edge.to);
}

/** A guard on missing records would hold every replay: it is a part of the input by its nature. */
function withoutInputGuard(step: StepDefinition): StepDefinition {
    if (step.guards?.maxFewerRecordsPercent === undefined) return step;
    const { maxFewerRecordsPercent: _, ...guards } = step.guards;
    return { ...step, guards };
}

/** The edges say all: a branch that names its target itself would bring back a step that is left out. */
function withDrawnBranches(step: StepDefinition): StepDefinition {
    if (step.type !== 'ROUTE') return step;
    const { defaultTo: _, branches, ...config } = step.config;
    const drawn = (Array.isArray(branches) ? branches : []).map(branch => {
        const { to: __, ...rest } = branch as JsonObject;
        return rest;
    });
    return { ...step, config: { ...config, branches: drawn } };
}

function refuseWithoutEffect(flow: ReadonlySet<string>, entries: readonly { step: string; targets: string[] }[]): void {
    const useless = entries.find(({ targets }) => !targets.some(key => flow.has(key)));
    if (!useless) return;
    throw new UserError(
        'replay-without-effect',
        `Records that were refused at "${useless.step}" lead to nothing that takes single records; exports are written as a whole.`,
        'Correct the source and run the pipeline again, or set the records to IGNORED.',
        { step: useless.step },
    );
}

function freeKey(wanted: string, taken: Set<string>): string {
    let key = wanted.slice(0, 100);
    for (let n = 2; taken.has(key); n++) key = `${wanted.slice(0, 90)}-${n}`;
    taken.add(key);
    return key;
}
