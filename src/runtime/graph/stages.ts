import type { PipelineDefinition } from '../../sdk/definition/definition';
import type { Graph, GraphNode, Link } from './graph';

/** What is done as one: a stage, or what happens at the barrier between stages. Ids are stable for a definition. */
export type Unit = Stage | WholeUnit | GateUnit;

/** Records that wait between two units. */
export interface Channel {
    name: string;
    /** Unit that fills it. */
    filledBy: string;
    /** Gates that the records must pass; behind one that was rejected nothing arrives. */
    gates: string[];
}

/** Where a stage takes its records from, in the order in which it reads them. */
export type StageInput = { extract: GraphNode } | { channel: Channel; targets: string[] };

/**
 * The steps between two barriers, fused: a batch passes all of them in memory, without being stored in between.
 * `flow` runs batch after batch in source order; `loads` runs inside the batch's transaction, batches in parallel.
 */
export interface Stage {
    kind: 'STAGE';
    id: string;
    /** Units that must have come to their end before. */
    needs: string[];
    inputs: StageInput[];
    /** TRANSFORM, VALIDATE, ENRICH and ROUTE steps in topological order. */
    flow: GraphNode[];
    /** In topological order. */
    loads: GraphNode[];
    exports: GraphNode[];
    /** Name of the channel for each link that leaves the stage. */
    channels: Map<Link, string>;
}

/** An operator that takes all its input before it gives any output. */
export interface WholeUnit {
    kind: 'WHOLE';
    id: string;
    needs: string[];
    node: GraphNode;
    inputs: Channel[];
    /** The second input of a join. */
    side?: Channel[];
    output: string;
}

/** A place where records wait until it is decided that they may go on. They stay where they are. */
export interface GateUnit {
    kind: 'GATE';
    id: string;
    needs: string[];
    node: GraphNode;
    inputs: Channel[];
}

/**
 * Cuts the graph at its barriers. Each unit depends on earlier ones of the result only.
 *
 * A link is cut where it enters or leaves a barrier, where records leave a LOAD for a step that is no LOAD (a load may be
 * repeated or split, and operators with a memory would see records twice), where branches shall run side by side, and where
 * its ends cannot belong to one stage because something between them is cut.
 */
export function planStages(graph: Graph, definition: Pick<PipelineDefinition, 'context' | 'steps'>): Unit[] {
    const nodes = new Map(graph.nodes.map(node => [node.id, node]));
    const splitsBranches = definition.context.parallelExecution?.enabled ?? false;
    const levels = new Map<string, number>();
    const isCut = (link: Link): boolean => isBarrier(link, nodes, splitsBranches);
    for (const { id, inputs, after } of graph.nodes) {
        const before = inputs.map(link => levels.get(link.from)! + (isCut(link) ? 1 : 0));
        levels.set(id, Math.max(0, ...before, ...after.map(earlier => levels.get(earlier)! + 1)));
    }
    const joins = (link: Link): boolean => !isCut(link) && levels.get(link.from) === levels.get(link.to);
    const unitOf = groupNodes(graph.nodes, joins);
    const members = new Map<string, GraphNode[]>();
    for (const node of graph.nodes) {
        const unit = unitOf.get(node.id)!;
        members.set(unit, [...(members.get(unit) ?? []), node]);
    }
    const byLevel = [...members].sort(([a], [b]) => levels.get(a)! - levels.get(b)!);
    const listed = new Map(definition.steps.map((step, at) => [step.key, at]));
    return byLevel.map(([id, group]) => describeUnit(id, group, { nodes, unitOf, joins, listed }));
}

/** All that is done in a unit. */
export function nodesOf(unit: Unit): GraphNode[] {
    if (unit.kind !== 'STAGE') return [unit.node];
    const extracts = unit.inputs.flatMap(input => ('extract' in input ? [input.extract] : []));
    return [...extracts, ...unit.flow, ...unit.loads, ...unit.exports];
}

/** Branches that share their sender are separate stages only when they shall run side by side. */
function isBarrier(link: Link, nodes: ReadonlyMap<string, GraphNode>, splitsBranches: boolean): boolean {
    const from = nodes.get(link.from)!;
    const to = nodes.get(link.to)!;
    if (link.isSide || standsAlone(from) || standsAlone(to)) return true;
    if (from.kind === 'LOAD' && to.kind !== 'LOAD') return true;
    return splitsBranches && new Set(from.outputs.filter(output => !output.isSide).map(output => output.to)).size > 1;
}

function standsAlone({ kind }: GraphNode): boolean {
    return kind === 'WHOLE' || kind === 'GATE' || kind === 'GUARD';
}

/** Id of its group for each node; a group is called after its first node. */
function groupNodes(nodes: readonly GraphNode[], joins: (link: Link) => boolean): Map<string, string> {
    const groupOf = new Map<string, string>();
    for (const { id, inputs } of nodes) {
        const joined = [...new Set(inputs.filter(joins).map(link => groupOf.get(link.from)!))];
        const first = [...groupOf.values()].find(group => joined.includes(group)) ?? id;
        groupOf.set(id, first);
        for (const [member, group] of groupOf) if (joined.includes(group)) groupOf.set(member, first);
    }
    return groupOf;
}

interface Planning {
    nodes: ReadonlyMap<string, GraphNode>;
    unitOf: ReadonlyMap<string, string>;
    joins: (link: Link) => boolean;
    /** Position of each step in the definition. */
    listed: ReadonlyMap<string, number>;
}

function describeUnit(id: string, members: GraphNode[], planning: Planning): Unit {
    const entering = members.flatMap(node => node.inputs.filter(link => !planning.joins(link)));
    const needs = new Set([
        ...entering.map(link => planning.unitOf.get(link.from)!),
        ...members.flatMap(node => node.after.map(earlier => planning.unitOf.get(earlier)!)),
    ]);
    const base = { id, needs: [...needs] };
    const [node] = members;
    if (node!.kind === 'WHOLE') {
        const main = entering.filter(link => !link.isSide);
        const side = entering.filter(link => link.isSide);
        return {
            ...base,
            kind: 'WHOLE',
            node: node!,
            inputs: main.flatMap(link => channelsOf(link, planning)),
            ...(side.length > 0 ? { side: side.flatMap(link => channelsOf(link, planning)) } : {}),
            output: id,
        };
    }
    if (node!.kind === 'GATE' || node!.kind === 'GUARD') {
        return { ...base, kind: 'GATE', node: node!, inputs: entering.flatMap(link => channelsOf(link, planning)) };
    }
    return { ...base, kind: 'STAGE', ...stageOf(members, entering, planning) };
}

function stageOf(members: GraphNode[], entering: Link[], planning: Planning) {
    const sources = members
        .filter(node => node.kind === 'EXTRACT')
        .sort((a, b) => planning.listed.get(a.step.key)! - planning.listed.get(b.step.key)!);
    const inputs: StageInput[] = sources.map(extract => ({ extract }));
    const waiting = new Map<string, { channel: Channel; targets: string[] }>();
    for (const link of entering) {
        for (const channel of channelsOf(link, planning)) {
            const way = [channel.name, ...channel.gates].join('|');
            const present = waiting.get(way);
            if (present) present.targets.push(link.to);
            else waiting.set(way, { channel, targets: [link.to] });
        }
    }
    const leaving = members.flatMap(node => node.outputs.filter(link => !planning.joins(link)));
    return {
        inputs: [...inputs, ...waiting.values()],
        flow: members.filter(node => node.kind === 'FLOW' || node.kind === 'ROUTE'),
        loads: members.filter(node => node.kind === 'LOAD'),
        exports: members.filter(node => node.kind === 'EXPORT'),
        channels: new Map(leaving.map(link => [link, channelName(link)])),
    };
}

/** Behind a gate the records still wait in front of it; a barrier has one output, whoever reads it. */
function channelsOf(link: Link, planning: Planning): Channel[] {
    const from = planning.nodes.get(link.from)!;
    if (from.kind === 'WHOLE') return [{ name: from.id, filledBy: from.id, gates: [] }];
    if (from.kind === 'GATE' || from.kind === 'GUARD') {
        const channels = from.inputs.flatMap(input => channelsOf(input, planning));
        return channels.map(channel => ({ ...channel, gates: [...channel.gates, from.id] }));
    }
    return [{ name: channelName(link), filledBy: planning.unitOf.get(link.from)!, gates: [] }];
}

/** Several branches of a ROUTE may lead to one step. */
function channelName({ from, to, branch, isSide }: Link): string {
    if (isSide) return `${from}>>${to}`;
    return branch === undefined ? `${from}>${to}` : `${from}:${branch}>${to}`;
}
