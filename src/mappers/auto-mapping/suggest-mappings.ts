import type { JsonObject } from '../../../shared/json';
import { type Sentence, sentence } from '../../sdk/sentence';
import type { ColumnProfile } from '../profile/column-profile';
import { NO_WORDS, YES_WORDS } from '../profile/value-kinds';
import { MISFITS, REASONS } from './suggestion-reasons';
import { FACET_OF_COLUMN, normalised, SYNONYMS } from './synonyms';
import type { Conversion, MappingTarget } from './targets';

export interface MappingSuggestion {
    column: string;
    target: string;
    conversion: Conversion;
    options: JsonObject;
    /** From 0 to 1. */
    confidence: number;
    reasons: Sentence[];
}

export interface MappingSuggestions {
    mappings: MappingSuggestion[];
    unmapped: string[];
    groupBy: string | null;
}

/** How sure it is that a column goes to a field, and why. */
interface Likeness {
    confidence: number;
    reason: Sentence;
}

interface Candidate extends MappingSuggestion {
    order: number;
}

/** Below it a suggestion would be noise. */
const LEAST_CONFIDENCE = 0.5;
/** Several columns may go there. */
const SHARED_TARGETS: readonly Conversion[] = ['FACETS'];

/** The best columns get their targets first; a column goes to one target and, but for facets, a target takes one column. */
export function suggestMappings(
    columns: readonly ColumnProfile[],
    targets: readonly MappingTarget[],
): MappingSuggestions {
    const candidates = columns
        .flatMap((column, index) => targets.map(target => ({ ...candidate(column, target), order: index })))
        .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
        .sort((a, b) => b.confidence - a.confidence || a.order - b.order);
    const chosen = new Map<string, Candidate>();
    const taken = new Set<string>();
    for (const each of candidates) {
        if (chosen.has(each.column) || taken.has(each.target)) continue;
        chosen.set(each.column, each);
        if (!SHARED_TARGETS.includes(each.conversion)) taken.add(each.target);
    }
    const mappings = [...chosen.values()].sort((a, b) => a.order - b.order).map(({ order: _, ...mapping }) => mapping);
    return {
        mappings,
        unmapped: columns.map(({ name }) => name).filter(name => !chosen.has(name)),
        groupBy: groupByOf(columns, mappings, targets),
    };
}

function candidate(column: ColumnProfile, target: MappingTarget): MappingSuggestion {
    const name = byName(column, target) ?? byValues(column, target);
    const fit = typeFit(column, target);
    const confidence = Math.min(1, (name?.confidence ?? 0) * fit.factor);
    return {
        column: column.name,
        target: target.path,
        conversion: target.conversion,
        options: optionsFor(column, target),
        confidence: Math.round(confidence * 100) / 100,
        reasons: [name?.reason, fit.reason].filter(reason => reason !== undefined),
    };
}

function byName(column: ColumnProfile, target: MappingTarget): Likeness | undefined {
    const [leaf, language] = leafOf(target);
    const name = normalised(column.name);
    const own = language === undefined ? name : withoutLanguage(name, language);
    if (own === undefined || own === '') return undefined;
    // A row of a product file is a variant: what both could have is the product's, apart from what only variants have.
    const nested = target.path.includes('.') && !target.isCustomField && language === undefined ? 0.02 : 0;
    if (own === normalised(leaf) || own === normalised(target.label)) {
        return { confidence: 1 - nested, reason: sentence(REASONS.sameName) };
    }
    const names = target.isCustomField ? [] : (SYNONYMS[leaf] ?? []);
    const place = names.indexOf(own);
    if (place >= 0) {
        return {
            confidence: 0.95 - nested - place * 0.002,
            reason: sentence(REASONS.usualName, { column: column.name }),
        };
    }
    const part = [normalised(leaf), ...names].find(each => isTelling(each) && own.endsWith(each));
    return part === undefined ? undefined : { confidence: 0.6 - nested, reason: sentence(REASONS.ending, { part }) };
}

/** The last word of a name says what it is, unless it is one that anything can have. */
function isTelling(name: string): boolean {
    return name.length >= 5 && !VAGUE.includes(name);
}

const VAGUE = [
    'title',
    'titel',
    'label',
    'status',
    'details',
    'amount',
    'change',
    'order',
    'parent',
    'group',
    'groups',
    'position',
];

/** Where the name says nothing, some values speak for themselves. */
function byValues({ looksLike, type }: ColumnProfile, { path }: MappingTarget): Likeness | undefined {
    const is = (hint: ColumnProfile['looksLike'][number]) => looksLike.includes(hint);
    const leaf = path.split('.').at(-1)!;
    if (leaf === 'emailAddress' && is('EMAIL')) return { confidence: 0.8, reason: sentence(REASONS.emails) };
    if (path === 'assets' && is('IMAGE')) return { confidence: 0.7, reason: sentence(REASONS.images) };
    if (leaf === 'price' && is('PRICE')) return { confidence: 0.55, reason: sentence(REASONS.prices) };
    if (leaf === 'slug' && is('SLUG') && is('UNIQUE')) return { confidence: 0.55, reason: sentence(REASONS.slugs) };
    if (path === 'description' && is('HTML')) return { confidence: 0.6, reason: sentence(REASONS.html) };
    if (leaf === 'sku' && is('SKU') && is('UNIQUE') && type === 'TEXT')
        return { confidence: 0.55, reason: sentence(REASONS.skus) };
    return undefined;
}

/** What the values are against what the field takes; 1 when they go together. */
function typeFit(column: ColumnProfile, { conversion }: MappingTarget): { factor: number; reason?: Sentence } {
    const { type } = column;
    if (type === 'EMPTY') return { factor: 0.85, reason: sentence(REASONS.empty) };
    const numbers = ['INTEGER', 'DECIMAL'];
    const misfits: Partial<Record<Conversion, boolean>> = {
        MONEY: !numbers.includes(type) && !column.looksLike.includes('PRICE') && type !== 'BOOLEAN',
        INTEGER: type !== 'INTEGER' && type !== 'BOOLEAN' && !isWhole(column),
        NUMBER: !numbers.includes(type) && type !== 'BOOLEAN',
        BOOLEAN: type !== 'BOOLEAN',
        DATE: type !== 'DATE',
        TEXT: type === 'LIST' || type === 'OBJECT',
    };
    if (misfits[conversion]) return { factor: 0.45, reason: sentence(MISFITS[type]) };
    return { factor: 1 };
}

function isWhole({ type, max, min }: ColumnProfile): boolean {
    return type === 'DECIMAL' && Number.isInteger(Number(max)) && Number.isInteger(Number(min));
}

/** What the conversion has to know of how the values are written. */
function optionsFor(column: ColumnProfile, { conversion }: Pick<MappingTarget, 'conversion'>): JsonObject {
    const { decimalSign, thousandsSign, dateFormat, listSeparator, examples } = column;
    if (conversion === 'MONEY' || conversion === 'NUMBER' || conversion === 'INTEGER') {
        return { ...given({ decimalSign, thousandsSign }) };
    }
    if (conversion === 'DATE') return given({ dateFormat });
    if (conversion === 'BOOLEAN') {
        const known = (words: readonly string[]) =>
            words.filter(word => examples.some(example => example.toLowerCase() === word));
        const words = [...known(YES_WORDS), ...known(NO_WORDS)];
        return words.some(word => GERMAN.includes(word)) ? { trueValues: YES_WORDS, falseValues: NO_WORDS } : {};
    }
    if (conversion === 'LIST') return given({ separator: listSeparator });
    if (conversion === 'FACETS') {
        const facet = FACET_OF_COLUMN[normalised(column.name)];
        const areReferences = examples.length > 0 && examples.every(example => /^\s*[^:\s][^:]*:\s*\S/.test(example));
        return given({ separator: listSeparator, facet: areReferences ? null : (facet ?? normalised(column.name)) });
    }
    return {};
}

const GERMAN = ['ja', 'nein', 'wahr', 'falsch'];

function given(values: Record<string, string | null>): JsonObject {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Rows of one product follow each other with the same handle, name or parent. */
function groupByOf(
    columns: readonly ColumnProfile[],
    mappings: readonly MappingSuggestion[],
    targets: readonly MappingTarget[],
): string | null {
    if (!targets.some(({ path }) => path.startsWith('variants.'))) return null;
    for (const target of ['slug', 'name']) {
        const column = mappings.find(mapping => mapping.target === target)?.column;
        const profile = columns.find(({ name }) => name === column);
        if (profile && !profile.looksLike.includes('UNIQUE') && profile.filledShare > 0) return profile.name;
    }
    return null;
}

/** `translations.de.name` → name in German; else the last part. */
function leafOf({ path }: MappingTarget): [leaf: string, language?: string] {
    const parts = path.split('.');
    return parts[0] === 'translations' ? [parts[2]!, parts[1]] : [parts.at(-1)!];
}

/** `name_de`, `de-name` → `name`; undefined when the name does not name the language. */
function withoutLanguage(name: string, language: string): string | undefined {
    const code = normalised(language);
    if (name.endsWith(code)) return name.slice(0, -code.length);
    return name.startsWith(code) ? name.slice(code.length) : undefined;
}
