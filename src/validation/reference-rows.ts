/** What is read of a JSON Schema; anything else in it stays unknown. */
interface Node {
    [key: string]: unknown;
    title?: string;
    description?: string;
}

/** One table row per property of a JSON Schema of type object: name, type, default, meaning. Objects inside lists follow. */
export function schemaRows(schema: Node, prefix = ''): string[] {
    const defs = (schema['$defs'] ?? {}) as Record<string, Node>;
    return rowsOf(schema, defs, prefix, new Set((schema['required'] as string[] | undefined) ?? []));
}

function rowsOf(schema: Node, defs: Record<string, Node>, prefix: string, required: ReadonlySet<string>): string[] {
    return Object.entries((schema['properties'] ?? {}) as Record<string, Node>).flatMap(([name, given]) => {
        const node = resolved(given, defs);
        const path = `${prefix}${name}`;
        const cells = [`\`${path}\``, typeOf(node, defs), defaultOf(node, required.has(name)), meaningOf(node, defs)];
        return [`| ${cells.map(escaped).join(' | ')} |`, ...innerRows(node, defs, path)];
    });
}

/** `prices[].currencyCode`; operators inside operators are described in chapters of their own. */
function innerRows(node: Node, defs: Record<string, Node>, path: string): string[] {
    const isList = node['type'] === 'array';
    const inner = isList ? resolved((node['items'] ?? {}) as Node, defs) : node;
    const object = [inner, ...variantsOf(inner, defs)].find(each => each['properties'] !== undefined);
    if (!object || isOperators(inner) || isCondition(inner)) return [];
    const required = new Set((object['required'] as string[] | undefined) ?? []);
    return rowsOf(object, defs, `${path}${isList ? '[]' : ''}.`, required);
}

function typeOf(node: Node, defs: Record<string, Node>): string {
    if (isCondition(node)) return '[condition](#conditions)';
    if (isAnyJson(node)) return 'any JSON';
    if (node['const'] !== undefined) return `\`${JSON.stringify(node['const'])}\``;
    const options = node['enum'] as unknown[] | undefined;
    if (options) return node['enumDescriptions'] ? 'choice' : options.map(each => `\`${String(each)}\``).join(' or ');
    const variants = variantsOf(node, defs);
    if (variants.length > 0) return [...new Set(variants.map(each => typeOf(each, defs)))].join(' or ');
    if (Array.isArray(node['type'])) return node['type'].map(each => WORDS[String(each)]).join(' or ');
    if (node['type'] === 'array') {
        const items = resolved((node['items'] ?? {}) as Node, defs);
        return isOperators(items) ? 'list of operators' : `list of ${plural(typeOf(items, defs))}`;
    }
    if (node['x-role'] === 'path') return 'path';
    if (node['x-role'] === 'template') return 'template';
    if (node['type'] === 'object') {
        const values = node['additionalProperties'];
        const isMap = node['properties'] === undefined && typeof values === 'object' && values !== null;
        if (!isMap || Object.keys(values).length === 0) return 'object';
        const of = typeOf(resolved(values as Node, defs), defs);
        return of === 'any JSON' ? 'object' : `object of ${plural(of)}`;
    }
    return WORDS[String(node['type'])] ?? 'any JSON';
}

const WORDS: Record<string, string> = {
    string: 'text',
    number: 'number',
    integer: 'whole number',
    boolean: 'true or false',
    null: 'null',
};
const PLURALS: Record<string, string> = {
    text: 'texts',
    path: 'paths',
    number: 'numbers',
    'whole number': 'whole numbers',
    object: 'objects',
    '[condition](#conditions)': '[conditions](#conditions)',
};

const plural = (type: string): string =>
    type
        .split(' or ')
        .map(each => PLURALS[each] ?? each)
        .join(' or ');

function defaultOf(node: Node, required: boolean): string {
    if (node['default'] !== undefined) return `\`${JSON.stringify(node['default'])}\``;
    return required ? '*required*' : '';
}

function meaningOf(node: Node, defs: Record<string, Node>): string {
    const described = [node, ...variantsOf(node, defs)].find(each => each.description !== undefined);
    const parts = [described?.description ?? ''];
    const sentences = node['enumDescriptions'] as string[] | undefined;
    const options = (node['enum'] as unknown[] | undefined) ?? [];
    options.forEach((option, i) => parts.push(`<br>\`${optionText(option)}\`: ${sentences?.[i] ?? ''}`));
    const examples = node['examples'] as unknown[] | undefined;
    if (examples?.length) parts.push(`Example: \`${JSON.stringify(examples[0])}\`.`);
    const text = parts.filter(part => part !== '').join(' ');
    const titled = node.title === undefined ? text : `**${node.title}.** ${text}`;
    return node['x-advanced'] ? `${titled} *Advanced.*` : titled;
}

/** Words as they are; a comma, a blank or nothing at all in quotes. */
const optionText = (option: unknown): string =>
    /^\w+$/.test(String(option)) ? String(option) : JSON.stringify(option);

function variantsOf(node: Node, defs: Record<string, Node>): Node[] {
    const variants = (node['anyOf'] ?? node['oneOf'] ?? []) as Node[];
    return variants.map(each => resolved(each, defs));
}

/** What stands beside a reference describes this use of it, so it wins. */
function resolved(node: Node, defs: Record<string, Node>): Node {
    const reference = node['$ref'];
    if (typeof reference !== 'string') return node;
    const { $ref, ...own } = node;
    return { ...resolved(defs[reference.replace('#/$defs/', '')] ?? {}, defs), ...own };
}

function isOperators(items: Node): boolean {
    const variants = (items['oneOf'] ?? items['anyOf']) as { properties?: { op?: unknown } }[] | undefined;
    return variants?.[0]?.properties?.op !== undefined;
}

function isCondition(node: Node): boolean {
    const properties = node['properties'] as Node | undefined;
    return properties?.['startsWith'] !== undefined && properties['all'] !== undefined;
}

/** The recursion that zod writes for `z.json()`. */
function isAnyJson(node: Node): boolean {
    const variants = node['anyOf'] as { type?: unknown }[] | undefined;
    return variants !== undefined && variants.some(({ type }) => type === 'null') && variants.length >= 5;
}

function escaped(text: string): string {
    return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
