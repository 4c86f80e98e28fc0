import type { JsonValue } from '../../../shared/json';
import type { EntityChange, FieldChange } from '../../sdk/change-set';
import { DataHubError, UserError } from '../../sdk/errors';
import type { PathRule } from '../apply/entity-description';
import { POINTERS, pointedTo } from '../collection/filter-values';
import type { ReferenceKind } from '../references';
import { splitPath } from '../product/vocabulary';
import { cannotUndoField, changedSince, deletedSince, targetGone, valueTaken } from './conflicts';
import type { LiveView } from './live-view';
import { LOG_IN } from './log-ins';
import { changeFrom, NetChange } from './net-change';
import { isSlug, slugKey, type UndoState } from './undo-state';
import type { Use } from './uses';

/** What an undo does with one entity. */
export interface EntityPlan {
    change?: EntityChange;
    conflicts: DataHubError[];
}

/** Puts the fields back that still hold what the run wrote; the others are conflicts. */
export function planUpdate(change: NetChange, view: LiveView | undefined, state: UndoState): EntityPlan {
    if (!view || view.entity.deletedAt !== null) return { conflicts: [deletedSince(change)] };
    const fields = new FieldPlanner(change, view, state);
    const languages = newLanguages(change);
    for (const field of change.fields) {
        if (isContext(field, view) || isAdjustment(field)) continue;
        if (!languages.has(languageOf(field.path) ?? '')) fields.putBack(field, field.after);
    }
    for (const language of languages) fields.removeLanguage(language);
    // Where the stock stays as it is the adjustment has happened still.
    if (!fields.hasConflicts) {
        for (const field of change.fields.filter(isAdjustment)) {
            fields.add(changeFrom(field.path, field.after, field.before));
        }
    }
    return fields.plan('UPDATE');
}

/** Brings a soft-deleted entity back with what the deletion says it had. */
export function planRestore(change: NetChange, view: LiveView | undefined, state: UndoState): EntityPlan {
    if (!view) return { conflicts: [deletedSince(change)] };
    const { deletedAt } = view.entity;
    if (deletedAt === null) return { conflicts: [] };
    const fields = new FieldPlanner(change, view, state);
    const taken = fields.takenNames();
    if (taken.length > 0) return { conflicts: taken };
    fields.add({ path: 'deletedAt', before: deletedAt, after: null });
    for (const field of change.fields) {
        if (field.path === 'deletedAt' || isContext(field, view) || field.before === undefined) continue;
        fields.putBack(field, field.after ?? view.valueAt(field.path));
    }
    return fields.plan('UPDATE');
}

/** Says what other fields mean. Entities of plugins may have fields of any name. */
function isContext({ path }: FieldChange, { entity: { description } }: LiveView): boolean {
    return path === 'product' && !description.custom;
}

function isAdjustment({ path }: FieldChange): boolean {
    return path.startsWith('adjustments.');
}

/** Languages that the entity had no translation in before the run. */
function newLanguages(change: NetChange): Set<string> {
    const languages = new Set(change.fields.flatMap(({ path }) => languageOf(path) ?? []));
    for (const { path, before } of change.fields) if (before !== undefined) languages.delete(languageOf(path) ?? '');
    return languages;
}

function languageOf(path: string): string | undefined {
    const [first, language] = splitPath(path);
    return first === 'translations' ? language : undefined;
}

class FieldPlanner {
    private readonly fields: FieldChange[] = [];
    private readonly conflicts: DataHubError[] = [];

    constructor(
        private readonly change: NetChange,
        private readonly view: LiveView,
        private readonly state: UndoState,
    ) {}

    plan(action: 'UPDATE'): EntityPlan {
        const { fields, conflicts } = this;
        if (fields.length === 0) return { conflicts };
        const { entityType, entityId, key } = this.change;
        return { change: { entityType, entityId, key: this.keyNow(key), action, fields: this.inContext() }, conflicts };
    }

    get hasConflicts(): boolean {
        return this.conflicts.length > 0;
    }

    add(field: FieldChange): void {
        this.fields.push(field);
    }

    /** `wrote` is what the run left there, which must still be so. */
    putBack({ path, before }: FieldChange, wrote: JsonValue | undefined): void {
        const now = this.view.valueAt(path);
        if (this.view.equals(path, now, before)) return;
        if (!this.view.equals(path, now, wrote)) {
            this.conflicts.push(changedSince(this.change, { path, wrote, now }, before));
            return;
        }
        const refusal = this.refusalOf(path, before);
        if (refusal) {
            this.conflicts.push(refusal);
            return;
        }
        this.refer(path, now);
        this.refer(path, wrote);
        this.remember(path, now, before);
        // What people call things says more than their ids.
        const type = this.view.ruleOf(path)?.type ?? '';
        const hasKeys = KEYED.has(type) || path === 'featuredAsset';
        this.fields.push(changeFrom(path, hasKeys ? wrote : now, absentAs(path, before)));
    }

    /** A translation that the run brought goes as a whole, unless something of it has been edited. */
    removeLanguage(language: string): void {
        const isIn = ({ path }: { path: string }) => languageOf(path) === language;
        if (!this.view.entity.languages.has(language)) return;
        const written = this.change.fields.filter(isIn);
        const edits = [
            ...written
                .map(({ path, after }) => ({ path, wrote: after, now: this.view.valueAt(path) }))
                .filter(({ path, wrote, now }) => !this.view.equals(path, now, wrote)),
            ...addedTexts(this.view, written).filter(isIn),
        ];
        for (const edit of edits) this.conflicts.push(changedSince(this.change, edit, undefined));
        if (edits.length > 0) return;
        for (const { path, after } of written) this.fields.push(changeFrom(path, after, undefined));
    }

    /** SKU, slugs or e-mail address of a deleted entity that others have taken meanwhile. */
    takenNames(): DataHubError[] {
        const { view } = this;
        if (view.entity.description.custom) return [];
        const name = NAMES[view.entity.description.entityType];
        const paths = name ? [name] : [...view.entity.languages].map(language => `translations.${language}.slug`);
        return paths.flatMap(path => {
            const value = view.valueAt(path);
            return (value !== undefined && this.takenBy(path, value)) || [];
        });
    }

    private refusalOf(path: string, before: JsonValue | undefined): DataHubError | undefined {
        const [first, second] = splitPath(path);
        try {
            if (first === 'prices' && second !== undefined) this.state.facts.channel(second, path);
            if (first === 'stock' && second !== undefined) this.state.facts.location(second, path);
            if (first === 'channels') {
                const now = this.view.valueAt(path) as string[];
                const moved = [...now, ...(before as string[])].filter(
                    code => !now.includes(code) || !(before as string[]).includes(code),
                );
                for (const code of moved) this.state.facts.channel(code, path);
            }
        } catch (thrown) {
            if (thrown instanceof UserError) return thrown;
            throw thrown;
        }
        if (path === 'user' && this.state.uses.get(`Customer ${this.change.entityId}`)?.some(isLogIn)) {
            return cannotUndoField(this.change, path, 'its owner has logged in since');
        }
        const rule = this.view.ruleOf(path);
        if (before === undefined && !rule && first !== 'translations') {
            // A custom field of an entity that had no row to hold it is empty, not absent.
            return undefined;
        }
        if (before === undefined && rule && !REMOVABLE.has(rule.type)) {
            return cannotUndoField(this.change, path, 'the ledger does not say what it was before');
        }
        const gone = this.refer(path, before);
        if (gone !== undefined) return targetGone(this.change, path, gone);
        return before === undefined ? undefined : this.takenBy(path, before);
    }

    /** Lets the applier find what the value points to; gives the key of something that does not exist. */
    private refer(path: string, value: JsonValue | undefined): string | undefined {
        const rule = this.view.ruleOf(path);
        return rule && referTo(rule, value, this.view.owner, this.state);
    }

    /** What the entity points to now and will not point to any more. */
    private remember(path: string, now: JsonValue | undefined, before: JsonValue | undefined): void {
        const rule = this.view.ruleOf(path);
        if (!rule) return;
        const kind = rule.type === 'assets' ? 'Asset' : 'kind' in rule ? rule.kind : undefined;
        if (!kind) return;
        const idsOf = (value: JsonValue | undefined) =>
            (Array.isArray(value) ? value : [value]).flatMap(key =>
                typeof key === 'string' ? (this.state.keys.idOf(kind, key, this.view.owner) ?? []) : [],
            );
        const kept = new Set(idsOf(before).map(String));
        for (const id of idsOf(now)) {
            if (kept.has(String(id))) continue;
            this.state.memory.releases(this.change.entityType, this.change.entityId, kind, String(id));
        }
    }

    private takenBy(path: string, value: JsonValue): DataHubError | undefined {
        if (typeof value !== 'string' || value === '' || this.view.entity.description.custom) return undefined;
        const { skuOwners, slugOwners, emailOwners, accountOwners } = this.state;
        const { entityType, entityId } = this.change;
        if (path === 'identifier') {
            const isOther = (user = '') => user !== entityId && !this.isOfBatch(user);
            const owner = accountOwners.get(value)?.find(({ user }) => isOther(user));
            return owner && valueTaken(this.change, path, value, `the customer with the id ${owner.customer}`);
        }
        const [what, owners] =
            path === 'sku'
                ? ['variant', skuOwners.get(value)]
                : path === 'emailAddress'
                  ? ['customer', emailOwners.get(value)]
                  : isSlug(path)
                    ? [entityType.toLowerCase(), slugOwners.get(slugKey(entityType, splitPath(path)[1]!, value))]
                    : ['', undefined];
        const other = owners?.find(id => id !== entityId && !this.isOfBatch(id));
        return other === undefined
            ? undefined
            : valueTaken(this.change, path, value, `the ${what} with the id ${other}`);
    }

    /** Two entities of a run that swapped a name swap it back. */
    private isOfBatch(id: string): boolean {
        return this.state.live.has(`${this.change.entityType} ${id}`);
    }

    /** Keys of options mean something together with their product only. */
    private inContext(): FieldChange[] {
        const owner = this.state.ownerKeys.get(this.view.owner);
        const namesOptions = this.fields.some(({ path }) => path === 'options');
        if (!namesOptions || owner === undefined) return this.fields;
        return [{ path: 'product', before: owner, after: owner }, ...this.fields];
    }

    private keyNow(key: string): string {
        return this.change.entityType === 'Product' ? (this.state.ownerKeys.get(this.view.owner) ?? key) : key;
    }
}

/** What no two living entities of a type have, other than slugs. */
const NAMES: Partial<Record<string, string>> = {
    ProductVariant: 'sku',
    Customer: 'emailAddress',
    User: 'identifier',
};

const isLogIn = ({ ownerType }: Use): boolean => ownerType === LOG_IN;
/** Lets the applier find what a value points to; gives the key of something that does not exist. */
export function referTo(
    rule: PathRule,
    value: JsonValue | undefined,
    owner: string,
    { keys, references, ownerKeys, memory }: UndoState,
): string | undefined {
    if (value === undefined || value === null) return undefined;
    for (const [kind, key] of pointersOf(rule, value)) {
        const id = keys.idOf(kind, key, owner);
        // Made anew by the applier, which then knows its id.
        if (id === undefined && memory.willExist(kind, key)) continue;
        if (id === undefined) return key;
        const isOfProduct = kind === 'ProductOption' || kind === 'ProductOptionGroup';
        references.set(kind, isOfProduct ? `${ownerKeys.get(owner)}/${key}` : key, id);
    }
    return undefined;
}

function pointersOf(rule: PathRule, value: JsonValue): [ReferenceKind, string][] {
    if (rule.type === 'filters') return pointedTo(value).map(({ pointer, key }) => [POINTERS[pointer], key]);
    const kind = rule.type === 'assets' ? 'Asset' : 'kind' in rule ? rule.kind : undefined;
    return kind ? [value].flat().map(key => [kind, String(key as string)]) : [];
}

/** Rules by which a value can cease to exist. */
const REMOVABLE = new Set(['prices', 'stock', 'links', 'assets', 'reference', 'ids']);
/** Rules by which a live value is made of ids. */
const KEYED = new Set(['assets', 'parent', 'filters']);

/** What the absence of a value looks like where there is always one. */
function absentAs(path: string, before: JsonValue | undefined): JsonValue | undefined {
    if (before !== undefined) return before;
    if (path.startsWith('stock.')) return 0;
    if (path.startsWith('customFields.') || path === 'featuredAsset') return null;
    return path.startsWith('prices.') ? undefined : path.startsWith('translations.') ? null : [];
}

/** Texts in languages that were written, which were left out then and are there now. */
export function addedTexts(view: LiveView, written: readonly FieldChange[]) {
    const paths = new Set(written.map(({ path }) => path));
    return [...view.entity.values]
        .filter(([path, now]) => {
            const [first, , property] = splitPath(path);
            const isText = first === 'translations' && property !== 'customFields';
            return isText && !paths.has(path) && now !== null && now !== '';
        })
        .map(([path, now]) => ({ path, wrote: undefined, now }));
}
