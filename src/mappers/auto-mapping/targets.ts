import type { JsonObject } from '../../../shared/json';

/** What is done with the text of a column before it is loaded. */
export type Conversion = 'NONE' | 'TEXT' | 'MONEY' | 'INTEGER' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'LIST' | 'FACETS';

/** A field of the records that a loader takes, as a mapping names it. */
export interface MappingTarget {
    /** `name`, `customFields.erpId`, `variants.price`, `addresses.city`, `translations.de.name`, `variants.options.Size`. */
    path: string;
    label: string;
    description: string | null;
    /** As in JSON Schema. */
    type: string;
    isCustomField: boolean;
    conversion: Conversion;
}

/** A custom field of the shop, as Vendure describes it. */
export interface CustomField {
    name: string;
    type: string;
    list?: boolean;
    label?: string;
}

export interface TargetSource {
    /** JSON Schema of the records. */
    record: JsonObject;
    /** Of the loader's entity. */
    customFields?: readonly CustomField[];
    /** Of the things in a list of the record, by the name of the list, such as `variants`. */
    customFieldsOf?: Readonly<Record<string, readonly CustomField[]>>;
    /** Besides the one of the run. */
    languages?: readonly string[];
}

/** Lists of things of which a row describes one. */
const ROW_LISTS = ['variants', 'addresses'];
/** Lists of things that no single column can fill. */
const SKIPPED = ['optionGroups', 'prices', 'stock', 'filters', 'lines', 'payments', 'fulfillments'];

export function targetsOf({
    record,
    customFields = [],
    customFieldsOf = {},
    languages = [],
}: TargetSource): MappingTarget[] {
    const targets: MappingTarget[] = [];
    for (const [name, schema] of propertiesOf(record)) {
        if (SKIPPED.includes(name)) continue;
        if (name === 'customFields') targets.push(...customFields.map(each => customFieldTarget(each, '')));
        else if (name === 'translations') targets.push(...translationTargets(schema, languages));
        else if (ROW_LISTS.includes(name)) targets.push(...rowTargets(name, schema, customFieldsOf[name] ?? []));
        else targets.push(...fieldTargets(name, schema, ''));
    }
    return targets;
}

function rowTargets(list: string, schema: JsonObject, customFields: readonly CustomField[]): MappingTarget[] {
    const inner = targetsOf({ record: asObject(schema.items), customFields });
    return inner
        .filter(({ path }) => path !== 'options')
        .map(target => ({ ...target, path: `${list}.${target.path}` }));
}

function translationTargets(schema: JsonObject, languages: readonly string[]): MappingTarget[] {
    const fields = propertiesOf(asObject(schema.items)).filter(
        ([name]) => !['languageCode', 'customFields'].includes(name),
    );
    return languages.flatMap(language =>
        fields.flatMap(([name, field]) =>
            fieldTargets(name, field, `translations.${language}.`).map(target => ({
                ...target,
                label: `${target.label} (${language})`,
            })),
        ),
    );
}

function fieldTargets(name: string, schema: JsonObject, prefix: string): MappingTarget[] {
    const shape = shapeOf(schema);
    const path = `${prefix}${name}`;
    if (shape.type === 'object') {
        return propertiesOf(shape).flatMap(([inner, field]) => fieldTargets(inner, field, `${path}.`));
    }
    const description = schema.description ?? shape.description;
    return [
        {
            path,
            label: labelOf(name),
            description: typeof description === 'string' ? description : null,
            type: typeof shape.type === 'string' ? shape.type : 'string',
            isCustomField: false,
            conversion: conversionOf(name, shape),
        },
    ];
}

function conversionOf(name: string, { type, 'x-money': isMoney, 'x-instant': isInstant }: JsonObject): Conversion {
    if (name === 'facetValues') return 'FACETS';
    if (isMoney === true) return 'MONEY';
    if (isInstant === true) return 'DATE';
    if (type === 'array') return 'LIST';
    if (type === 'integer') return 'INTEGER';
    if (type === 'number') return 'NUMBER';
    if (type === 'boolean') return 'BOOLEAN';
    return 'TEXT';
}

const OF_CUSTOM_FIELD: Record<string, [type: string, conversion: Conversion]> = {
    int: ['integer', 'INTEGER'],
    float: ['number', 'NUMBER'],
    boolean: ['boolean', 'BOOLEAN'],
    datetime: ['string', 'DATE'],
};

function customFieldTarget({ name, type, list, label }: CustomField, prefix: string): MappingTarget {
    const [jsonType, conversion] = OF_CUSTOM_FIELD[type] ?? ['string', 'TEXT' as const];
    return {
        path: `${prefix}customFields.${name}`,
        label: label ?? labelOf(name),
        description: null,
        type: list ? 'array' : jsonType,
        isCustomField: true,
        conversion: list ? 'LIST' : conversion,
    };
}

/** Of several shapes the one that a table can give: the first that is not null. */
function shapeOf(schema: JsonObject): JsonObject {
    const variants = schema.anyOf;
    if (!Array.isArray(variants)) return schema;
    const shapes = variants.map(asObject).filter(({ type }) => type !== 'null');
    return shapes.find(({ type }) => type === 'boolean') ?? shapes[0] ?? {};
}

function propertiesOf(schema: JsonObject): [string, JsonObject][] {
    return Object.entries(asObject(schema.properties)).map(([name, property]) => [name, asObject(property)]);
}

function asObject(value: unknown): JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** `stockOnHand` → `Stock on hand`, `streetLine1` → `Street line 1`, `sku` → `SKU` */
function labelOf(name: string): string {
    const words = name
        .replace(/([a-z0-9])([A-Z])/g, (_, before: string, next: string) => `${before} ${next.toLowerCase()}`)
        .replace(/([a-z])(\d)/g, '$1 $2')
        .replace(/\b(sku|id)\b/g, word => word.toUpperCase());
    return words.charAt(0).toUpperCase() + words.slice(1);
}
