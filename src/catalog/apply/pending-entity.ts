import type { JsonValue } from '../../../shared/json';
import type { ChangeAction, EntityChange, FieldChange } from '../../sdk/change-set';
import { Defect } from '../../sdk/errors';
import { StoredFilter, storedFilters } from '../collection/filter-values';
import { splitPath } from '../product/vocabulary';
import type { References } from '../references';
import type { EntityId } from '../sql/sql-session';
import { EntityDescription, PathRule, referenceKey } from './entity-description';

/** A value for a column: plain, or the id of something that may only just have been created. */
export type Cell = JsonValue | undefined | PendingReference | PendingFilters;

/** One entity of a change set, its paths sorted by the way in which they are written. */
export class PendingEntity {
    /** Known from the start for UPDATE and DELETE, after the insert for CREATE. */
    id: EntityId | undefined;
    /** By property path of the entity. */
    readonly columns = new Map<string, Cell>();
    /** By language, then by property path of the translation. */
    readonly translations = new Map<string, Map<string, Cell>>();
    /** What custom fields held; of a list relation only the difference is written. */
    readonly customFieldsBefore = new Map<string, JsonValue>();
    readonly links: LinkChange[] = [];
    readonly assets: { relation: string; keys: string[] }[] = [];
    readonly prices: PriceChange[] = [];
    readonly stock: StockChange[] = [];
    readonly adjustments: AdjustmentChange[] = [];
    /** Where it goes in its tree; null is the top, undefined where it is. */
    parent: PendingReference | null | undefined;
    /** What an asset is made from. */
    origin: string | undefined;
    /** Ids of the channels that an entity without `channels` of its own is put into. */
    readonly inheritedChannels = new Set<EntityId>();
    /** The same creation in other change sets of the batch; written once. */
    readonly twins: EntityChange[] = [];
    /** As it was decided; the change says in the end what was done. */
    readonly action: ChangeAction;

    constructor(
        readonly description: EntityDescription,
        readonly change: EntityChange,
        /** Key of the product that the change set is about. */
        readonly owner: string,
        /** Name of the record, for messages. */
        readonly recordKey: string,
    ) {
        this.action = change.action;
        for (const field of change.fields) {
            // What else a deletion names is what there was, for whoever wants it back.
            if (change.action !== 'DELETE' || field.path === 'deletedAt') this.take(field);
        }
    }

    private found = false;

    /** Key in References. */
    get key(): string {
        return referenceKey(this.description, this.change, this.owner);
    }

    get parentKey(): string {
        const code = this.columns.get('code');
        const { key } = this.change;
        const suffix = `:${typeof code === 'string' ? code : ''}`;
        const own = key.endsWith(suffix) ? key.slice(0, -suffix.length) : key.slice(0, Math.max(0, key.indexOf(':')));
        return this.description.ofProduct ? `${this.owner}/${own}` : own;
    }

    get creates(): boolean {
        return this.action === 'CREATE' && !this.found;
    }

    /** The database has made it, or has had it all along: everybody who waits for the id gets it. */
    identify(id: EntityId, references: References): void {
        this.id = id;
        references.set(this.description.kind, this.key, id);
        this.change.entityId = String(id);
        for (const twin of this.twins) becomeUnchanged(twin, id);
    }

    /** A service has made its row: what is still to be written goes the way of an update. */
    isStored(): void {
        this.found = true;
    }

    /** Someone else has created it since the change set was made: theirs is taken as it is. */
    takeExisting(id: EntityId, references: References): void {
        this.found = true;
        this.columns.clear();
        this.translations.clear();
        this.links.splice(0, this.links.length, ...this.links.filter(link => link.relation === 'channels'));
        this.identify(id, references);
        becomeUnchanged(this.change, id);
    }

    knownId(): EntityId {
        if (this.id !== undefined) return this.id;
        throw new Defect(
            'entity-without-id',
            `${this.description.entityType} "${this.change.key}" is to be changed, but its change set carries no id.`,
            undefined,
            { key: this.recordKey },
        );
    }

    /** What `field` points to, as something to be looked up when it is written. */
    reference(
        rule: { kind: PendingReference['kind']; ofProduct?: boolean },
        key: string,
        path: string,
    ): PendingReference {
        return new PendingReference(rule.kind, rule.ofProduct ? `${this.owner}/${key}` : key, path, this.recordKey);
    }

    private take(field: FieldChange): void {
        const parts = splitPath(field.path);
        const [first, second, third] = parts;
        if (first === 'translations' && this.description.translations && second && third) {
            const property = third === 'customFields' ? `customFields.${parts.slice(3).join('.')}` : third;
            if (parts.length > (third === 'customFields' ? 4 : 3)) this.refuse(field);
            let columns = this.translations.get(second);
            if (!columns) this.translations.set(second, (columns = new Map<string, Cell>()));
            columns.set(property, field.after);
            return;
        }
        if (first === 'customFields' && second !== undefined && parts.length === 2) {
            // Whether it is a column or a relation only the entity's metadata knows, see custom-field-relations.
            const property = `customFields.${second}`;
            this.columns.set(property, field.after);
            if (field.before !== undefined) this.customFieldsBefore.set(property, field.before);
            return;
        }
        const rule = this.description.paths[first!];
        if (!rule) return this.refuse(field);
        this.takeByRule(rule, field, parts);
    }

    private takeByRule(rule: PathRule, field: FieldChange, parts: string[]): void {
        if (parts.length !== expectedParts[rule.type]) this.refuse(field);
        switch (rule.type) {
            case 'column':
                this.columns.set(rule.property, field.after);
                break;
            case 'reference':
                // Given with the same value on both sides it says what other keys mean, and changes nothing.
                if (!this.creates && field.before === field.after) break;
                this.columns.set(
                    rule.property,
                    typeof field.after === 'string' ? this.reference(rule, field.after, field.path) : null,
                );
                break;
            case 'parent':
                this.parent = typeof field.after === 'string' ? this.reference(rule, field.after, field.path) : null;
                break;
            case 'filters':
                this.columns.set(rule.property, new PendingFilters(field.after ?? [], field.path, this.recordKey));
                break;
            case 'links': {
                const [before, after] = [keysIn(field.before), keysIn(field.after)];
                const toReference = (key: string) => this.reference(rule, key, field.path);
                this.links.push({
                    relation: rule.relation,
                    add: after.filter(key => !before.includes(key)).map(toReference),
                    remove: before.filter(key => !after.includes(key)).map(toReference),
                });
                break;
            }
            case 'assets':
                this.assets.push({ relation: rule.relation, keys: keysIn(field.after) });
                break;
            case 'prices':
                this.prices.push({
                    channel: this.reference({ kind: 'Channel' }, parts[1]!, field.path),
                    currencyCode: parts[2]!,
                    existed: typeof field.before === 'number',
                    price: typeof field.after === 'number' ? field.after : undefined,
                });
                break;
            case 'stock':
                if (typeof field.after !== 'number') this.refuse(field);
                this.stock.push({
                    location: this.reference({ kind: 'StockLocation' }, parts[1]!, field.path),
                    stockOnHand: Number(field.after),
                });
                break;
            case 'adjustments':
                this.adjustments.push({
                    externalId: parts[1]!,
                    location: this.reference({ kind: 'StockLocation' }, parts[2]!, field.path),
                    happened: field.after !== undefined,
                });
                break;
            case 'origin':
                this.origin = typeof field.after === 'string' ? field.after : undefined;
                break;
        }
    }

    private refuse(field: FieldChange): never {
        throw new Defect(
            'unknown-change-path',
            `The change set of ${this.description.entityType} "${this.change.key}" has the path "${field.path}", ` +
                'which nothing knows how to write.',
            undefined,
            { key: this.recordKey, field: field.path },
        );
    }
}

export interface LinkChange {
    relation: string;
    add: (PendingReference | EntityId)[];
    remove: (PendingReference | EntityId)[];
}

export interface PriceChange {
    channel: PendingReference;
    currencyCode: string;
    existed: boolean;
    /** Undefined: the price is removed. */
    price: number | undefined;
}

export interface StockChange {
    location: PendingReference;
    stockOnHand: number;
}

export interface AdjustmentChange {
    externalId: string;
    location: PendingReference;
    /** False when it is taken back, and may happen again. */
    happened: boolean;
}

/** A natural key that is looked up when the row that needs it is written. */
export class PendingReference {
    constructor(
        readonly kind: Parameters<References['get']>[0],
        readonly key: string,
        private readonly path: string,
        private readonly recordKey: string,
    ) {}

    in(references: References): EntityId {
        const id = references.get(this.kind, this.key);
        if (id !== undefined) return id;
        throw new Defect(
            'missing-reference',
            `"${this.path}" points to ${this.kind} "${this.key}", which was neither found nor created.`,
            undefined,
            { key: this.recordKey, field: this.path, got: this.key },
        );
    }
}

/** Filters of a collection, with keys of what they point to. */
export class PendingFilters {
    constructor(
        private readonly filters: JsonValue,
        private readonly path: string,
        private readonly recordKey: string,
    ) {}

    in(references: References): StoredFilter[] {
        return storedFilters(this.filters, (kind, key) =>
            new PendingReference(kind, key, this.path, this.recordKey).in(references),
        );
    }
}

const expectedParts: Record<PathRule['type'], number> = {
    column: 1,
    reference: 1,
    parent: 1,
    filters: 1,
    links: 1,
    assets: 1,
    prices: 3,
    stock: 2,
    adjustments: 3,
    origin: 1,
};

/** The ledger must not say that two records, or two runs, created the same thing: an undo of one would take it from the other. */
function becomeUnchanged(change: EntityChange, id: EntityId): void {
    change.entityId = String(id);
    change.action = 'UNCHANGED';
    change.fields = [];
}

function keysIn(value: JsonValue | undefined): string[] {
    return Array.isArray(value) ? [...new Set(value.map(String))] : [];
}
