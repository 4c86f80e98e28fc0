import { Problem, problem, warning } from '../problem';
import { ReadableStep } from '../readable';
import { Connection, neighbours } from './connections';

interface Graph {
    steps: readonly ReadableStep[];
    /** Both ends exist. */
    connections: readonly Connection[];
    /** Steps that an edge from an unknown step leads to: why they receive nothing has been said. */
    cutOff: ReadonlySet<string>;
    hasLoop: boolean;
}

/** Steps that no record reaches, and records that reach nothing. */
export function reachProblems(graph: Graph): Problem[] {
    const records = graph.connections.filter(({ kind }) => kind === 'RECORDS');
    const receivers = new Set([...records.map(({ to }) => to), ...graph.cutOff]);
    const senders = new Set(records.map(({ from }) => from));
    for (const { from, kind } of graph.connections) if (kind === 'SIDE') senders.add(from);
    const reached = reachedFrom(graph, records);
    return [
        ...endsOf(graph.steps),
        ...graph.steps.flatMap(step => [
            ...(receivers.has(step.key) || isSource(step) ? [] : [receivesNothing(step, records, graph.steps)]),
            ...(receivers.has(step.key) && !reached.has(step.key) && !isSource(step) ? [unreachable(step)] : []),
            ...(senders.has(step.key) ? [] : leadsNowhere(step)),
        ]),
    ];
}

/** A step whose type is misspelt may be anything. */
const maySend = ({ type }: ReadableStep): boolean => type === 'EXTRACT' || type === undefined;
const isSource = (step: ReadableStep): boolean => maySend(step) || step.type === 'TRIGGER';
const isTarget = ({ type }: ReadableStep): boolean => type === 'LOAD' || type === 'EXPORT';
const isDisabled = ({ given }: ReadableStep): boolean => given['disabled'] === true;

/** Everything, where it makes no sense to ask: without a source, and while steps run in a circle. */
function reachedFrom({ steps, cutOff, hasLoop }: Graph, records: readonly Connection[]): ReadonlySet<string> {
    const extracts = steps.filter(maySend);
    if (extracts.length === 0 || hasLoop) return new Set(steps.map(({ key }) => key));
    const targets = neighbours(records, 'from', 'to');
    const reached = new Set([...extracts.map(({ key }) => key), ...cutOff]);
    // A Set grows while it is walked, which makes this a breadth-first search.
    for (const key of reached) for (const target of targets.get(key) ?? []) reached.add(target);
    return reached;
}

function endsOf(steps: readonly ReadableStep[]): Problem[] {
    const found: Problem[] = [];
    if (steps.some(({ type }) => type === undefined)) return found;
    const extracts = steps.filter(({ type }) => type === 'EXTRACT');
    const targets = steps.filter(isTarget);
    if (extracts.length === 0) {
        found.push(problem(['steps'], 'The pipeline has no EXTRACT step, so no record would ever flow.', 'Add one.'));
    } else if (extracts.every(isDisabled)) {
        found.push(warning(['steps'], 'Every EXTRACT step is disabled, so no record would flow.', 'Enable one.'));
    }
    if (targets.length === 0) {
        const message = 'The pipeline has no LOAD or EXPORT step, so nothing would be written.';
        found.push(warning(['steps'], message, 'Add one.'));
    } else if (targets.every(isDisabled)) {
        const message = 'Every LOAD and EXPORT step is disabled, so nothing would be written.';
        found.push(warning(['steps'], message, 'Enable one.'));
    }
    return found;
}

function receivesNothing(step: ReadableStep, records: readonly Connection[], steps: readonly ReadableStep[]): Problem {
    const before = steps.find(({ index }) => index === step.index - 1);
    // In a list without edges a ROUTE sends along its branches only, which is easily forgotten.
    const isBehindRoute = before?.type === 'ROUTE' && records.some(({ from }) => from === before.key);
    const hint = isBehindRoute
        ? `Let a branch of "${before.key}" or its "defaultTo" lead to it, or remove it.`
        : 'Draw an edge to it, or remove it.';
    return problem(['steps', step.index], `"${step.key}" receives no records: no edge leads to it.`, hint);
}

function unreachable({ key, index }: ReadableStep): Problem {
    const message = `"${key}" cannot be reached from any EXTRACT step.`;
    return problem(['steps', index], message, 'Connect the steps before it.');
}

function leadsNowhere(step: ReadableStep): Problem[] {
    const { key, type, index } = step;
    if (type === undefined || type === 'TRIGGER' || isTarget(step)) return [];
    const message = `The records of "${key}" go nowhere.`;
    // A ROUTE whose branches lack targets has been told so.
    if (type === 'ROUTE') return [];
    if (type === 'EXTRACT') {
        return [problem(['steps', index], message, 'Draw an edge to the step that shall receive them.')];
    }
    if (type === 'GATE') {
        const nothing = `Nothing stands behind the gate "${key}", so opening it would have no effect.`;
        return [warning(['steps', index], nothing, 'Put it in front of the step that shall wait.')];
    }
    return [warning(['steps', index], message, 'Draw an edge to a LOAD or EXPORT step.')];
}
