import { jsonLanguage } from '@codemirror/lang-json';

type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
export type JsonNode = Tree['topNode'];

export type Path = (string | number)[];

export interface Range {
    from: number;
    to: number;
}

const VALUES = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

/** The outermost value of a JSON text, which may be unfinished or wrong anywhere. */
export const rootOf = (text: string): JsonNode | undefined => childrenOf(jsonLanguage.parser.parse(text).topNode)[0];

/** `$.steps[2].config["odd name"]`, as the server names places. */
export function parsePath(path: string): Path {
    const parts = path.matchAll(/\.([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g);
    return [...parts].map(([, name, index, quoted]) =>
        index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(quoted) as string) : name!,
    );
}

/**
 * Where a path is in the text: its value, or the name where the value is missing. What is not there itself, such as a
 * property that is required, is placed at the nearest thing around it that is.
 */
export function rangeOf(text: string, path: Path): Range {
    const root = rootOf(text);
    if (!root) return { from: 0, to: text.length };
    let node = root;
    let name: JsonNode | undefined;
    for (const part of path) {
        const property = typeof part === 'string' ? propertyOf(text, node, part) : undefined;
        const next = typeof part === 'number' ? childrenOf(node)[part] : property && valueOfProperty(property);
        if (!next) return property ? rangeOfName(property) : nameOrOpening(node, name);
        name = property?.getChild('PropertyName') ?? undefined;
        node = next;
    }
    return node.name === 'Object' || node.name === 'Array'
        ? nameOrOpening(node, name)
        : { from: node.from, to: node.to };
}

/** The path of the innermost value or name around a position. */
export function pathAt(text: string, position: number): Path {
    const root = rootOf(text);
    return root ? pathInto(text, root, position) : [];
}

/** What the text says so far, without what is unfinished. */
export const looseValue = (text: string): unknown => valueOf(text, rootOf(text));

function valueOf(text: string, node: JsonNode | undefined): unknown {
    if (!node) return undefined;
    if (node.name === 'Array') return childrenOf(node).map(child => valueOf(text, child));
    if (node.name !== 'Object') return parsed(text.slice(node.from, node.to));
    const properties = node.getChildren('Property');
    return Object.fromEntries(
        properties.map(property => [nameOf(text, property), valueOf(text, valueOfProperty(property))]),
    );
}

function pathInto(text: string, node: JsonNode, position: number): Path {
    const around = (child: Range) => child.from <= position && position <= child.to;
    if (node.name === 'Array') {
        const items = childrenOf(node);
        const index = items.findIndex(around);
        return index < 0 ? [] : [index, ...pathInto(text, items[index]!, position)];
    }
    const property = node.getChildren('Property').find(around);
    if (!property) return [];
    const value = valueOfProperty(property);
    return [nameOf(text, property), ...(value && around(value) ? pathInto(text, value, position) : [])];
}

function childrenOf(node: JsonNode): JsonNode[] {
    const children: JsonNode[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling)
        if (VALUES.has(child.name)) children.push(child);
    return children;
}

const valueOfProperty = (property: JsonNode): JsonNode | undefined => childrenOf(property)[0];

const propertyOf = (text: string, node: JsonNode, name: string): JsonNode | undefined =>
    node.getChildren('Property').find(property => nameOf(text, property) === name);

function nameOf(text: string, property: JsonNode): string {
    const name = property.getChild('PropertyName');
    const written = name && parsed(text.slice(name.from, name.to));
    return typeof written === 'string' ? written : '';
}

function rangeOfName(property: JsonNode): Range {
    const { from, to } = property.getChild('PropertyName') ?? property;
    return { from, to };
}

/** Of a whole object only the name or the bracket is marked: underlining fifty lines tells nobody where to look. */
function nameOrOpening({ from, to }: JsonNode, name: JsonNode | undefined): Range {
    return name ? { from: name.from, to: name.to } : { from, to: Math.min(from + 1, to) };
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}
