/** A step as it is written; what else it holds is kept as it is. */
export interface Step {
    key: string;
    type: string;
    name?: string;
    config?: Record<string, unknown>;
    disabled?: boolean;
}

/** An edge as it is drawn. */
export interface DrawnEdge {
    from: string;
    to: string;
    branch?: string;
    dependencyOnly?: boolean;
}

/** A definition that can be drawn, which says little about whether it can run: it may be one that is being written. */
export interface Definition {
    steps: Step[];
    edges?: DrawnEdge[];
}

/** Undefined where steps or edges do not have the shape that a drawing needs. */
export function asDefinition(value: unknown): Definition | undefined {
    if (!isObject(value) || !Array.isArray(value['steps']) || !value['steps'].every(isStep)) return undefined;
    const { edges } = value;
    if (edges !== undefined && !(Array.isArray(edges) && edges.every(isEdge))) return undefined;
    return value as unknown as Definition;
}

/** As the editor shows a definition, and as files hold it. */
export const textOf = (definition: unknown): string => JSON.stringify(definition, null, 2);

export const typeOf = ({ type }: Step): string => type.toUpperCase();

export const titleOf = ({ name, key }: Step): string => name || key;

/** What the step runs, such as the extractor `file`; undefined where it runs nothing by name. */
export function adapterOf({ config }: Step): string | undefined {
    return typeof config?.['adapterCode'] === 'string' ? config['adapterCode'] : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

const isStep = (step: unknown): boolean =>
    isObject(step) &&
    typeof step['key'] === 'string' &&
    typeof step['type'] === 'string' &&
    (step['name'] === undefined || typeof step['name'] === 'string') &&
    (step['config'] === undefined || isObject(step['config']));

const isEdge = (edge: unknown): boolean =>
    isObject(edge) &&
    typeof edge['from'] === 'string' &&
    typeof edge['to'] === 'string' &&
    (edge['branch'] === undefined || typeof edge['branch'] === 'string');
