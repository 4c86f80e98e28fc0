import type { JsonObject, JsonValue } from '../../../shared/json';
import type { OperatorConfig, PipelineDefinitionInput } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import { type Converted, conversionSteps } from './conversion-steps';

export interface DraftMapping extends Converted {
    /** As {@link MappingTarget} names it. */
    target: string;
}

export interface DraftInput {
    /** Settings of the extractor `file`. */
    file: JsonObject;
    /** Code. */
    loader: string;
    loaderConfig?: JsonObject;
    mappings: readonly DraftMapping[];
    /** Rows with the same value of this column become one record with a list of variants. */
    groupBy?: string;
}

/** Lists of which a row gives one item. */
const VARIANTS = 'variants';
const ROW_LISTS = [VARIANTS, 'addresses'];
/** Marks fields of the whole while rows hold both: a variant has a name and assets too. */
const OF_WHOLE = 'whole:';
const GROUP_KEY = 'group:key';

/** A definition that loads a table: read, convert, name, group, write. */
export function draftDefinition({
    file,
    loader,
    loaderConfig = {},
    mappings,
    groupBy,
}: DraftInput): PipelineDefinitionInput {
    checkMappings(mappings);
    const steps = mappings.length === 0 ? [] : new Shape(mappings, groupBy).steps();
    return {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', ...file } },
            ...(steps.length === 0
                ? []
                : [{ key: 'shape', type: 'TRANSFORM', config: { operators: steps as unknown as JsonValue } }]),
            { key: 'write', type: 'LOAD', config: { adapterCode: loader, ...loaderConfig } },
        ],
    };
}

class Shape {
    /** Columns by the field that they become in a row; facets come from several. */
    private readonly fields = new Map<string, string[]>();
    private readonly options: string[] = [];
    private readonly languages = new Set<string>();
    private readonly lists = new Set<string>();

    constructor(
        private readonly mappings: readonly DraftMapping[],
        private readonly groupBy: string | undefined,
    ) {
        for (const { column, target } of mappings) {
            const field = this.fieldOf(target);
            this.fields.set(field, [...(this.fields.get(field) ?? []), column]);
        }
        const isKey = [...this.fields.values()].some(columns => columns.includes(groupBy!));
        if (groupBy !== undefined && !isKey) this.fields.set(GROUP_KEY, [groupBy]);
    }

    steps(): OperatorConfig[] {
        return [
            { op: 'trim', args: {} },
            // An empty cell says nothing: what the shop has stays.
            { op: 'removeEmpty', args: {} },
            ...this.mappings.flatMap(conversionSteps),
            ...this.collected(),
            { op: 'map', args: { fields: this.names() } },
            ...this.translations(),
            ...this.items(),
            ...this.groups(),
        ];
    }

    /** Several columns of one field become one list, in the first of them. */
    private collected(): OperatorConfig[] {
        return [...this.fields.values()]
            .filter(columns => columns.length > 1)
            .map(columns => ({ op: 'collect', args: { paths: columns, target: columns[0]!, unique: true } }));
    }

    private names(): Record<string, string> {
        return Object.fromEntries([...this.fields].map(([field, columns]) => [columns[0]!, field]));
    }

    private translations(): OperatorConfig[] {
        if (this.languages.size === 0) return [];
        const fields = [...this.languages].map(language => `translation:${language}`);
        return [
            ...[...this.languages].map(language => ({
                op: 'when',
                args: {
                    if: { field: `translation:${language}`, exists: true },
                    then: [{ op: 'set', args: { path: `translation:${language}.languageCode`, value: language } }],
                },
            })),
            { op: 'collect', args: { paths: fields, target: this.ofWhole('translations'), removeSources: true } },
        ];
    }

    /** One item made of the row, where rows are not grouped. */
    private items(): OperatorConfig[] {
        const lists = [...this.lists].filter(list => list !== VARIANTS || this.groupBy === undefined);
        const steps: OperatorConfig[] = lists.map(list => ({
            op: 'collect',
            args: { paths: [`item:${list}`], target: list, removeSources: true },
        }));
        if (this.options.length > 0) {
            steps.push({ op: 'set', args: { path: this.ofWhole('optionGroups'), value: this.options } });
        }
        return steps;
    }

    private groups(): OperatorConfig[] {
        if (this.groupBy === undefined) return [];
        const key = [...this.fields].find(([, columns]) => columns.includes(this.groupBy!))![0];
        const tops = new Set([...this.fields.keys()].map(topOf));
        if (this.options.length > 0) tops.add(this.ofWhole('optionGroups'));
        if (this.languages.size > 0) tops.add(this.ofWhole('translations'));
        const wholes = [...tops].filter(top => top.startsWith(OF_WHOLE));
        const lists = wholes.filter(top => COLLECTED.includes(top.slice(OF_WHOLE.length)));
        const child = [...tops].filter(
            top => !top.startsWith(OF_WHOLE) && !top.startsWith('translation:') && top !== GROUP_KEY,
        );
        // Rows that only add to the whole, such as one more image.
        const telling = child.filter(name => TELLING.includes(name));
        const group: Record<string, JsonValue> = {
            key,
            parent: wholes.filter(top => top !== key && !lists.includes(top)),
            children: VARIANTS,
            collect: Object.fromEntries(lists.map(top => [top, top])),
            ...(child.length > 0 ? { child } : {}),
            ...(telling.length > 0 ? { skipChildWhenEmpty: telling } : {}),
        };
        const back = Object.fromEntries(wholes.map(top => [top, top.slice(OF_WHOLE.length)]));
        return [
            { op: 'group', args: group },
            { op: 'map', args: { fields: { ...back, ...(child.length > 0 ? { [VARIANTS]: VARIANTS } : {}) } } },
        ];
    }

    private fieldOf(target: string): string {
        const [top, second, ...rest] = target.split('.') as [string, string | undefined, ...string[]];
        if (top === 'translations' && second !== undefined) {
            this.languages.add(second);
            return [`translation:${second}`, ...rest].join('.');
        }
        if (!ROW_LISTS.includes(top) || second === undefined) return this.ofWhole(target);
        if (second === 'options' && rest.length > 0) this.options.push(rest.join('.'));
        if (top === VARIANTS && this.groupBy !== undefined) return [second, ...rest].join('.');
        this.lists.add(top);
        return [`item:${top}`, second, ...rest].join('.');
    }

    private ofWhole(field: string): string {
        return this.groupBy === undefined ? field : `${OF_WHOLE}${field}`;
    }
}

/** Of every row of a product, not of its first one. */
const COLLECTED = ['assets', 'facetValues'];
/** A row without any of these is no variant. */
const TELLING = ['sku', 'price', 'stockOnHand', 'options'];

function topOf(field: string): string {
    return field.split('.')[0]!;
}

function checkMappings(mappings: readonly DraftMapping[]): void {
    const columns = new Set<string>();
    const targets = new Set<string>();
    for (const { column, target, conversion } of mappings) {
        if (column === '' || target === '') {
            throw new UserError(
                'mapping-empty',
                'A mapping lacks its column or its target.',
                'Give both, or leave it out.',
            );
        }
        if (columns.has(column))
            throw twice('column', column, 'Map it to one field; copy it in the pipeline if two need it.');
        if (targets.has(target) && conversion !== 'FACETS') throw twice('field', target, 'Choose one column for it.');
        columns.add(column);
        targets.add(target);
    }
}

function twice(what: string, name: string, hint: string): UserError {
    return new UserError('mapping-twice', `The ${what} "${name}" is mapped twice.`, hint);
}
