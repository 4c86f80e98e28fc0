/** As a definition has it. */
export interface Edge {
    from: string;
    to: string;
    branch?: string | undefined;
    dependencyOnly?: boolean | undefined;
}

/** What edges depend on; the type is undefined where a definition that is being checked has none that is known. */
interface Step {
    key: string;
    type: string | undefined;
    config: Record<string, unknown>;
}

interface Steps {
    steps: readonly Step[];
    edges?: readonly Edge[] | undefined;
}

/**
 * The edges as drawn, and those that branches of ROUTE steps name by `to` and `defaultTo`. Without any drawn edge, each
 * step receives what the step before it sends, with four exceptions. An EXTRACT in the middle takes no records, so what
 * came before flows past it and both reach the next step. An EXPORT sends nothing on, so what came before flows past it as
 * well. The target of a ROUTE's branch begins a line of its own, which
 * receives that branch only. An EXTRACT that a join reads as its other side sends to that join only, as long as another
 * EXTRACT sends. Triggers send no records.
 */
export function edgesOf(definition: Steps): Edge[] {
    const routed = definition.steps.filter(step => step.type === 'ROUTE').flatMap(routedEdges);
    const edges = definition.edges ?? linearEdges(definition.steps, new Set(routed.map(edge => edge.to)));
    return [...edges, ...routed.filter(edge => !edges.some(drawn => isSame(drawn, edge)))];
}

function linearEdges(steps: readonly Step[], branchTargets: ReadonlySet<string>): Edge[] {
    const edges: Edge[] = [];
    const otherSides = otherSidesOf(steps);
    let senders: string[] = [];
    for (const step of steps) {
        if (step.type === 'TRIGGER') continue;
        if (step.type === 'EXTRACT') {
            if (!otherSides.has(step.key)) senders.push(step.key);
            continue;
        }
        if (branchTargets.has(step.key)) senders = [];
        for (const from of senders) edges.push({ from, to: step.key });
        if (step.type === 'EXPORT') continue;
        // A ROUTE sends along its branches only; whoever stands next receives from it when a branch says so.
        senders = step.type === 'ROUTE' && hasTargets(step) ? [] : [step.key];
    }
    return edges;
}

/** EXTRACT steps that are read by joins only. */
function otherSidesOf(steps: readonly Step[]): ReadonlySet<string> {
    const read = new Set(steps.flatMap(sideInputsOf).map(({ from }) => from));
    const extracts = steps.filter(step => step.type === 'EXTRACT').map(step => step.key);
    return extracts.every(key => read.has(key)) ? new Set() : new Set(extracts.filter(key => read.has(key)));
}

/** Tolerates settings of any shape: what is wrong with them is said elsewhere. */
function routedEdges({ key, config }: Step): Edge[] {
    const branches: unknown[] = Array.isArray(config['branches']) ? config['branches'] : [];
    const edges: Edge[] = [];
    for (const branch of branches) {
        const { name, to } = (branch ?? {}) as { name?: unknown; to?: unknown };
        if (typeof name === 'string' && typeof to === 'string') edges.push({ from: key, to, branch: name });
    }
    if (typeof config['defaultTo'] === 'string') edges.push({ from: key, to: config['defaultTo'] });
    return edges;
}

function hasTargets(step: Step): boolean {
    return routedEdges(step).length > 0;
}

/** An edge along which no records flow stands for no branch. */
function isSame(a: Edge, b: Edge): boolean {
    return a.from === b.from && a.to === b.to && a.branch === b.branch && !a.dependencyOnly === !b.dependencyOnly;
}

/** The output of a step, as settings of an operator such as `join` name it: `$.steps.prices.output`. */
const OUTPUT_PATH = /^\$\.steps\.(.+)\.output$/;

/** Key of the step that an output path names; undefined when the text is no output path. */
export function stepOfOutputPath(path: unknown): string | undefined {
    return typeof path === 'string' ? OUTPUT_PATH.exec(path)?.[1] : undefined;
}

/** A step that an operator of another step reads besides the records that flow to it. */
export interface SideInput {
    /** Key of the step that is read. */
    from: string;
    /** Position of the operator in the list of its step. */
    operator: number;
}

/** The setting `rightDataPath` of any operator counts, custom ones included. Tolerates settings of any shape. */
export function sideInputsOf({ config }: { config: Record<string, unknown> }): SideInput[] {
    const operators: unknown[] = Array.isArray(config['operators']) ? config['operators'] : [];
    return operators.flatMap((operator, i) => {
        const { args } = (operator ?? {}) as { args?: { rightDataPath?: unknown } | null };
        const from = stepOfOutputPath(args?.rightDataPath);
        return from === undefined ? [] : [{ from, operator: i }];
    });
}
