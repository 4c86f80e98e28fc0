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
    /** Where it goes in its tree; null is the top, undefined where it is. */
    parent: PendingReference | null | undefined;
    /** What an asset is made from. */
    origin: string | undefined;
    /** As it was decided; the change says in the end what was done. */
    readonly action: ChangeAction;
    private found = false;
    // There are as many of these as a batch has entities, and most of them have one or two of the parts.
    private ownColumns: Map<string, Cell> | undefined;
    private ownTranslations: PendingTranslation[] | undefined;
    private ownIdsBefore: Map<string, JsonValue> | undefined;
    private ownLinks: LinkChange[] | undefined;
    private ownAssets: AssetList[] | undefined;
    private ownPrices: PriceChange[] | undefined;
    private ownStock: StockChange[] | undefined;
    private ownAdjustments: AdjustmentChange[] | undefined;
    private ownInheritedChannels: readonly EntityId[] | undefined;
    private twins: EntityChange[] | undefined;

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

    /** By property path of the entity. */
    get columns(): ReadonlyMap<string, Cell> {
        return this.ownColumns ?? NO_ENTRIES;
    }

    setColumn(property: string, cell: Cell): void {
        (this.ownColumns ??= new Map<string, Cell>()).set(property, cell);
    }

    /** One for each language. */
    get translations(): readonly PendingTranslation[] {
        return this.ownTranslations ?? NONE;
    }

    private translationIn(languageCode: string): PendingTranslation {
        let translation = this.ownTranslations?.find(each => each.languageCode === languageCode);
        if (!translation) {
            translation = { languageCode, cells: new Map() };
            this.ownTranslations = withAdded(this.ownTranslations, translation);
        }
        return translation;
    }

    /** What relations held that are given by ids; of a list only the difference is written. */
    get idsBefore(): ReadonlyMap<string, JsonValue> {
        return this.ownIdsBefore ?? NO_ENTRIES;
    }

    get links(): readonly LinkChange[] {
        return this.ownLinks ?? NONE;
    }

    private rememberIds(property: string, before: JsonValue): void {
        (this.ownIdsBefore ??= new Map<string, JsonValue>()).set(property, before);
    }

    /** What was taken for a column is a many-to-many relation. */
    linkInstead(property: string, link: LinkChange): void {
        this.ownColumns?.delete(property);
        this.ownLinks = withAdded(this.ownLinks, link);
    }

    get assets(): readonly AssetList[] {
        return this.ownAssets ?? NONE;
    }

    get prices(): readonly PriceChange[] {
        return this.ownPrices ?? NONE;
    }

    get stock(): readonly StockChange[] {
        return this.ownStock ?? NONE;
    }

    get adjustments(): readonly AdjustmentChange[] {
        return this.ownAdjustments ?? NONE;
    }

    /** Ids of the channels that an entity without `channels` of its own is put into. */
    get inheritedChannels(): readonly EntityId[] {
        return this.ownInheritedChannels ?? NONE;
    }

    inheritChannels(ids: readonly EntityId[]): void {
        const known = this.ownInheritedChannels;
        this.ownInheritedChannels = known && known !== ids ? [...new Set([...known, ...ids])] : ids;
    }

    /** The same creation in another change set of the batch; written once. */
    addTwin(change: EntityChange): void {
        this.twins = withAdded(this.twins, change);
    }

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
        for (const twin of this.twins ?? NONE) becomeUnchanged(twin, id);
    }

    /** A service has made its row: what is still to be written goes the way of an update. */
    isStored(): void {
        this.found = true;
    }

    /** Someone else has created it since the change set was made: theirs is taken as it is. */
    takeExisting(id: EntityId, references: References): void {
        this.found = true;
        this.ownColumns = undefined;
        this.ownTranslations = undefined;
        this.ownLinks = this.ownLinks?.filter(link => link.relation === 'channels');
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

    private referencesTo(
        rule: Parameters<PendingEntity['reference']>[0],
        keys: readonly string[],
        besides: readonly string[],
        path: string,
    ): readonly PendingReference[] {
        if (keys.length === 0) return NONE;
        const further = besides.length === 0 ? keys : keys.filter(key => !besides.includes(key));
        return further.map(key => this.reference(rule, key, path));
    }

    private take(field: FieldChange): void {
        // Most fields are a column or a relation, named by one word.
        const plain = this.description.paths[field.path];
        if (plain) return this.takeByRule(plain, field, ONE_PART);
        const parts = splitPath(field.path);
        const [first, second, third] = parts;
        if (first === 'translations' && this.description.translations && second && third) {
            const property = third === 'customFields' ? `customFields.${parts.slice(3).join('.')}` : third;
            if (parts.length > (third === 'customFields' ? 4 : 3)) this.refuse(field);
            this.translationIn(second).cells.set(property, field.after);
            return;
        }
        if (first === 'customFields' && second !== undefined && parts.length === 2) {
            // Whether it is a column or a relation only the entity's metadata knows, see custom-field-relations.
            const property = `customFields.${second}`;
            this.setColumn(property, field.after);
            if (field.before !== undefined) this.rememberIds(property, field.before);
            return;
        }
        const rule = this.description.paths[first!];
        if (!rule) return this.refuse(field);
        this.takeByRule(rule, field, parts);
    }

    private takeByRule(rule: PathRule, field: FieldChange, parts: readonly string[]): void {
        if (parts.length !== expectedParts[rule.type]) this.refuse(field);
        switch (rule.type) {
            case 'column':
                this.setColumn(rule.property, field.after);
                break;
            case 'ids':
                this.setColumn(rule.property, field.after ?? (rule.list ? [] : null));
                if (field.before !== undefined) this.rememberIds(rule.property, field.before);
                break;
            case 'reference':
                // Given with the same value on both sides it says what other keys mean, and changes nothing.
                if (!this.creates && field.before === field.after) break;
                this.setColumn(
                    rule.property,
                    typeof field.after === 'string' ? this.reference(rule, field.after, field.path) : null,
                );
                break;
            case 'parent':
                this.parent = typeof field.after === 'string' ? this.reference(rule, field.after, field.path) : null;
                break;
            case 'filters':
                this.setColumn(rule.property, new PendingFilters(field.after ?? [], field.path, this.recordKey));
                break;
            case 'links': {
                const before = keysIn(field.before);
                const after = keysIn(field.after);
                this.ownLinks = withAdded(this.ownLinks, {
                    relation: rule.relation,
                    add: this.referencesTo(rule, after, before, field.path),
                    remove: this.referencesTo(rule, before, after, field.path),
                });
                break;
            }
            case 'assets':
                this.ownAssets = withAdded(this.ownAssets, { relation: rule.relation, keys: keysIn(field.after) });
                break;
            case 'prices':
                this.ownPrices = withAdded(this.ownPrices, {
                    channel: this.reference({ kind: 'Channel' }, parts[1]!, field.path),
                    currencyCode: parts[2]!,
                    existed: typeof field.before === 'number',
                    price: typeof field.after === 'number' ? field.after : undefined,
                });
                break;
            case 'stock':
                if (typeof field.after !== 'number') this.refuse(field);
                this.ownStock = withAdded(this.ownStock, {
                    location: this.reference({ kind: 'StockLocation' }, parts[1]!, field.path),
                    stockOnHand: Number(field.after),
                });
                break;
            case 'adjustments':
                this.ownAdjustments = withAdded(this.ownAdjustments, {
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

export interface PendingTranslation {
    languageCode: string;
    /** By property path of the translation. */
    cells: Map<string, Cell>;
}

export interface AssetList {
    relation: string;
    keys: readonly string[];
}

export interface LinkChange {
    relation: string;
    add: readonly (PendingReference | EntityId)[];
    remove: readonly (PendingReference | EntityId)[];
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

const NO_ENTRIES: ReadonlyMap<string, never> = new Map<string, never>();
const NONE: readonly never[] = [];
const ONE_PART: readonly string[] = [''];

const expectedParts: Record<PathRule['type'], number> = {
    column: 1,
    ids: 1,
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

/** Most of these lists hold one item, and pushing it onto an empty list would make room for seventeen. */
function withAdded<T>(list: T[] | undefined, item: T): T[] {
    if (!list) return [item];
    list.push(item);
    return list;
}

function keysIn(value: JsonValue | undefined): readonly string[] {
    if (!Array.isArray(value) || value.length === 0) return NONE;
    const keys = value.map(String);
    return keys.length === 1 ? keys : [...new Set(keys)];
}
