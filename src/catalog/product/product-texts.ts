import { UserError } from '../../sdk/errors';
import type { BatchState } from './batch-state';
import { codeFor } from './codes';
import { compareTranslatedCustomFields } from './compare-custom-fields';
import { EntityDraft } from './entity-draft';
import type { EntityId } from '../sql/sql-session';
import type { CustomFieldRules } from './custom-field-rules';
import type { LiveTranslation } from './live-catalog';

/** The part of a record that holds texts. */
export interface TextRecord {
    name?: string;
    slug?: string;
    description?: string | null;
    translations?: readonly {
        languageCode: string;
        name?: string;
        slug?: string;
        description?: string | null;
        customFields?: Record<string, unknown>;
    }[];
}

/** The entity whose texts are compared. */
export interface TextOwner {
    id: EntityId;
    values: Record<string, unknown>;
    translations: Map<string, LiveTranslation>;
    relations: Map<string, EntityId[]>;
}

export interface GivenTexts {
    name?: string;
    slug?: string;
    description?: string | null;
    customFields?: Record<string, unknown>;
    /** Of the record, for messages. */
    field: string;
}

/** Texts of a record by language: those at the top level count for the language of the run. */
export function textsOf(record: TextRecord, languageCode: string): Iterable<readonly [string, GivenTexts]> {
    const { name, slug, description, translations = [] } = record;
    const isGiven = name !== undefined || slug !== undefined || description !== undefined;
    const own: GivenTexts = { name, slug, description, field: '' };
    if (translations.length === 0) return isGiven ? [[languageCode, own]] : [];
    const texts = new Map<string, GivenTexts>();
    if (isGiven) texts.set(languageCode, own);
    for (const [i, translation] of translations.entries()) {
        const known = texts.get(translation.languageCode);
        texts.set(translation.languageCode, {
            name: translation.name ?? known?.name,
            slug: translation.slug ?? known?.slug,
            description: translation.description === undefined ? known?.description : translation.description,
            customFields: translation.customFields,
            field: `translations[${i}].`,
        });
    }
    return texts;
}

/** The name that a product without a slug is known by. */
export function mainName(record: TextRecord, languageCode: string): string | undefined {
    if (record.name !== undefined) return record.name;
    const translations = record.translations ?? [];
    return (translations.find(t => t.languageCode === languageCode) ?? translations.find(t => t.name !== undefined))
        ?.name;
}

/** The slug that the record asks for in a language: its own, or the one its name gives where there is none yet. */
export function wantedSlug(
    given: GivenTexts,
    current: string | undefined,
    slugFor: (name: string) => string,
): string | undefined {
    if (given.slug !== undefined) return codeFor(given.slug);
    if (current !== undefined || given.name === undefined) return undefined;
    return slugFor(given.name);
}

export function compareTexts(
    draft: EntityDraft,
    record: TextRecord,
    live: TextOwner | undefined,
    claimant: string,
    slugFor: (name: string) => string,
    state: BatchState<unknown>,
    { what, rules }: { what: string; rules: CustomFieldRules },
): void {
    const { run, slugs } = state;
    for (const [languageCode, given] of textsOf(record, run.languageCode)) {
        run.facts.assertLanguage(languageCode, given.field ? `${given.field}languageCode` : 'languageCode');
        const before = live?.translations.get(languageCode)?.values;
        const path = (name: string) => `translations.${languageCode}.${name}`;
        if (given.name !== undefined) draft.change(path('name'), before?.name as string | undefined, given.name);
        else if (!before) throw nameMissing(languageCode, given, live !== undefined, what);
        const current = before?.slug as string | undefined;
        const wanted = wantedSlug(given, current, slugFor);
        if (wanted !== undefined && wanted !== current) {
            const slug = slugs.choose(languageCode, wanted, current, live?.id, claimant);
            draft.change(path('slug'), current, slug);
        }
        if (given.description !== undefined) {
            draft.change(path('description'), before?.description as string | undefined, given.description ?? '');
        } else if (!before) draft.change(path('description'), undefined, '');
        compareTranslatedCustomFields(draft, languageCode, given.customFields, live, rules);
    }
}

/** Names of the product as they will be, by language. */
export function namesAfter(record: TextRecord, live: TextOwner | undefined, languageCode: string): Map<string, string> {
    const names = new Map<string, string>();
    for (const [language, translation] of live?.translations ?? [])
        names.set(language, translation.values.name as string);
    for (const [language, { name }] of textsOf(record, languageCode)) if (name !== undefined) names.set(language, name);
    return names;
}

function nameMissing(languageCode: string, given: GivenTexts, exists: boolean, what: string): UserError {
    const field = `${given.field}name`;
    return new UserError(
        'name-missing',
        exists
            ? `${field} is missing, and the ${what} has no name in "${languageCode}" yet.`
            : `${field} is missing; a ${what} cannot be created without a name.`,
        `Give the name in "${languageCode}".`,
        { field },
    );
}
