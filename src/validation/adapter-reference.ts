import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { configJsonSchema, toJsonSchema } from '../adapters/json-schema';
import { schemaRows } from './reference-rows';

/** The reference page of all adapters, as Markdown: everything in it comes from their declarations. */
export function adapterReference(registry: AdapterRegistry): string {
    const lines = [
        '# Adapters',
        '',
        'Generated from the declarations of the adapters by `npm run docs`; do not edit it by hand. The examples of operators run as tests.',
        '',
        'A path such as `variants.0.sku` or `customFields.erpId` names a field inside a record. Settings marked *advanced* rarely need a value.',
        '',
        ...contents(registry),
    ];
    for (const { type, title, intro } of SECTIONS) {
        lines.push(`## ${title}`, '', intro, '');
        for (const adapter of registry.all(type)) lines.push(...chapterOf(adapter, registry));
        if (type === 'OPERATOR') lines.push(...conditionChapter(registry));
    }
    return `${lines.join('\n').trimEnd()}\n`;
}

const SECTIONS = [
    { type: 'EXTRACTOR', title: 'Extractors', intro: 'What an EXTRACT step runs: they read records.' },
    {
        type: 'OPERATOR',
        title: 'Operators',
        intro: 'What TRANSFORM and ENRICH steps run, one after the other on every record.',
    },
    {
        type: 'LOADER',
        title: 'Loaders',
        intro: 'What a LOAD step runs: they decide what a record changes in the shop.',
    },
    {
        type: 'EXPORTER',
        title: 'Exporters',
        intro: 'What an EXPORT step runs: they write records to where others read them. See [Exporting](exporting.md).',
    },
] as const;

function contents(registry: AdapterRegistry): string[] {
    const lines = ['| Kind | Code | What it does |', '| --- | --- | --- |'];
    for (const { type } of SECTIONS) {
        for (const adapter of registry.all(type)) {
            const link = `[\`${adapter.code}\`](#${anchorOf(adapter, registry)})`;
            lines.push(`| ${type.toLowerCase()} | ${link} | ${adapter.description.replaceAll('|', '\\|')} |`);
        }
    }
    return [...lines, ''];
}

function chapterOf(adapter: Adapter, registry: AdapterRegistry): string[] {
    const lines = [`### ${titleOf(adapter, registry)}`, '', `**${adapter.name}.** ${adapter.description}`, ''];
    const rows = schemaRows(configJsonSchema(adapter));
    if (rows.length === 0) lines.push('It has no settings.', '');
    else lines.push('| Setting | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows, '');
    lines.push(`**You may rely on.** ${adapter.guarantees}`, '');
    if (adapter.limits !== undefined) lines.push(`**Limits.** ${adapter.limits}`, '');
    if (adapter.type === 'LOADER') {
        const table = ['| Field | Type |  | Meaning |', '| --- | --- | --- | --- |'];
        lines.push(`**Fields of a record.**`, '', ...table, ...schemaRows(toJsonSchema(adapter.record)), '');
    }
    lines.push(...adapter.examples.flatMap(example => exampleOf(adapter, example)));
    return lines;
}

type Example = Adapter['examples'][number];

function exampleOf(adapter: Adapter, example: Example): string[] {
    const lines = [`*${example.title}*`, ''];
    const settings = example.config as Record<string, unknown>;
    if (adapter.type === 'OPERATOR') {
        const args = Object.keys(settings).length > 0 ? { args: settings } : {};
        lines.push(...json({ op: adapter.code, ...args }));
    } else lines.push(...json({ adapterCode: adapter.code, ...settings }));
    if ('given' in example) {
        lines.push('makes of', '', ...json(...example.given));
        if (example.then.length > 0) lines.push('this', '', ...json(...example.then));
        if (example.rejected) lines.push(rejectedSentence(example.rejected, example.then.length), '');
        else if (example.then.length === 0) lines.push('nothing: it is left out.', '');
    } else if ('record' in example) lines.push('with the record', '', ...json(example.record));
    return lines;
}

function rejectedSentence(rejected: number, kept: number): string {
    if (kept === 0) return rejected === 1 ? 'a rejected record.' : `${rejected} rejected records.`;
    return rejected === 1 ? 'and one rejected record.' : `and ${rejected} rejected records.`;
}

/** Conditions stand in several operators; they are described once. */
function conditionChapter(registry: AdapterRegistry): string[] {
    const schema = configJsonSchema(registry.operator('filter'));
    const condition = schema['$defs']?.['Condition'];
    if (!condition) return [];
    return [
        '### Conditions',
        '',
        'A condition has exactly one of `all`, `any`, `not` or `field`. With `field` it has at least one comparison; of several all must hold.',
        '',
        '| Key | Type | Default | Meaning |',
        '| --- | --- | --- | --- |',
        ...schemaRows({ ...condition, $defs: schema['$defs'] }),
        '',
    ];
}

/** Several values stand below each other, as in NDJSON. */
function json(...values: unknown[]): string[] {
    const oneLine = values.map(value => JSON.stringify(value));
    const fits = oneLine.every(line => line.length <= 110);
    const text = fits || values.length > 1 ? oneLine : [JSON.stringify(values[0], null, 2)];
    return [values.length > 1 ? '```jsonl' : '```json', ...text, '```', ''];
}

/** A code is unique among adapters of its type only; an exporter may be called as an extractor is. */
function titleOf(adapter: Adapter, registry: AdapterRegistry): string {
    const first = registry.all().find(each => each.code.toLowerCase() === adapter.code.toLowerCase());
    return first === adapter ? adapter.code : `${adapter.code} (${adapter.type.toLowerCase()})`;
}

/** As GitHub and most others make it of the title. */
function anchorOf(adapter: Adapter, registry: AdapterRegistry): string {
    return titleOf(adapter, registry).toLowerCase().replace(/[()]/g, '').replaceAll(' ', '-');
}
