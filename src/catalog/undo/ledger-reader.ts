import { Address, ProductVariant } from '@vendure/core';
import {
    type DataSource,
    type EntityTarget,
    In,
    LessThan,
    MoreThan,
    type ObjectLiteral,
    type Repository,
} from 'typeorm';
import { DataHubChangeSet } from '../../entities/data-hub-change-set.entity';
import { SERVICE_ENTITIES } from '../service-entity/entities';
import { idFromRow } from './ids';
import { isThereByRun, NetChange, netChangeOf } from './net-change';
import type { UndoRecord } from './undo-record';

/** A record of the undo with where the change came from first. */
export interface LedgerRecord {
    record: UndoRecord;
    file: string | null;
    line: number | null;
}

const ROWS_PER_PAGE = 500;
const IDS_PER_QUERY = 1_000;
/** What products and customers use, each after what it needs itself. */
const SHARED_TYPES = ['Facet', 'FacetValue', 'Asset', 'ProductOptionGroup', 'ProductOption', 'User'];
/** Each after what it needs. `Tag` is written by services and by assets alike. */
const SERVICE_TYPES = SERVICE_ENTITIES.map(({ entityType }) => entityType);
/** Parents are made before their children and deleted after them. */
const TREE_TYPES = ['Collection'];

/** A thing and its parts, which are taken back together. */
interface Family {
    whole: string;
    part: string;
    entity: EntityTarget<ObjectLiteral>;
    /** Property of a part by which it belongs to the whole. */
    owner: string;
}
const FAMILIES: readonly Family[] = [
    { whole: 'Product', part: 'ProductVariant', entity: ProductVariant, owner: 'productId' },
    { whole: 'Customer', part: 'Address', entity: Address, owner: 'customer' },
];

interface Phase {
    types: string[];
    family?: Family;
    /** The latest first: what was made last needs what was made before it. */
    backwards?: boolean;
    wanted: (change: NetChange) => boolean;
}

/**
 * Reads what a run did, net, entity by entity, in an order in which it can be taken back one after the other:
 * first what must be there again, then the products, then what nobody needs any more once the products are as before.
 * Pages by the ledger's ids, so that memory does not grow with the run, and depends on nothing but the ledger.
 */
export class LedgerReader {
    private readonly ledger: Repository<DataHubChangeSet>;

    constructor(
        private readonly database: DataSource,
        private readonly runId: DataHubChangeSet['runId'],
    ) {
        this.ledger = database.getRepository(DataHubChangeSet);
    }

    /** Changes when rows of the ledger come or go. */
    async fingerprint(): Promise<string> {
        const where = { runId: this.runId, applied: true };
        const count = await this.ledger.countBy(where);
        const [last] = await this.ledger.find({ where, select: { id: true }, order: { id: 'DESC' }, take: 1 });
        return `${this.runId} ${count} ${last?.id ?? ''}`;
    }

    async *pages(): AsyncGenerator<LedgerRecord[], void, undefined> {
        const present = await this.presentTypes();
        for (const phase of this.phasesOf(present)) {
            if (!phase.types.some(type => present.has(type))) continue;
            yield* this.pagesOf(phase);
        }
    }

    private phasesOf(present: ReadonlySet<string>): Phase[] {
        const known = new Set([
            ...SERVICE_TYPES,
            ...SHARED_TYPES,
            ...TREE_TYPES,
            ...FAMILIES.flatMap(({ whole, part }) => [whole, part]),
        ]);
        const others = [...present].filter(type => !known.has(type));
        const comesBack = (type: string): Phase => ({ types: [type], wanted: change => !isThereByRun(change) });
        const goes = (type: string): Phase => ({ types: [type], wanted: isThereByRun });
        return [
            ...SERVICE_TYPES.map(comesBack),
            ...SHARED_TYPES.map(comesBack),
            ...FAMILIES.map(family => ({ types: [family.whole, family.part], family, wanted: () => true })),
            ...TREE_TYPES.map((type): Phase => ({ types: [type], wanted: () => true, backwards: true })),
            { types: others, wanted: change => !isThereByRun(change) },
            // What was made last may point to what was made before it.
            { types: others, wanted: isThereByRun, backwards: true },
            ...[...SHARED_TYPES].reverse().map(goes),
            ...[...SERVICE_TYPES].reverse().map(goes),
        ];
    }

    private async *pagesOf({
        types,
        family,
        wanted,
        backwards = false,
    }: Phase): AsyncGenerator<LedgerRecord[], void, undefined> {
        let last: DataHubChangeSet | undefined;
        do {
            const page: DataHubChangeSet[] = await this.ledger.find({
                where: {
                    runId: this.runId,
                    applied: true,
                    entityType: In(types),
                    ...(last ? { id: backwards ? LessThan(last.id) : MoreThan(last.id) } : {}),
                },
                order: { id: backwards ? 'DESC' : 'ASC' },
                take: ROWS_PER_PAGE,
            });
            const groups = family ? await this.familiesOf(family, page) : await this.entitiesOf(page, backwards);
            const records: LedgerRecord[] = [];
            // A thing comes with the first of its rows, whole.
            for (const row of page) {
                const group = groups.get(row.id);
                const record = group && this.recordOf(group, wanted);
                if (record) records.push(record);
            }
            if (records.length > 0) yield records;
            last = page.length === ROWS_PER_PAGE ? page[page.length - 1] : undefined;
        } while (last);
    }

    private recordOf({ root, rows }: Group, wanted: Phase['wanted']): LedgerRecord | undefined {
        const byEntity = new Map<string, DataHubChangeSet[]>();
        for (const row of rows) push(byEntity, `${row.entityType} ${row.entityId}`, row);
        const changes = [...byEntity.values()]
            .map(list => netChangeOf(inTime(list).map(entryOf)))
            .filter(change => change !== undefined)
            .filter(wanted)
            .sort((a, b) => Number(a.entityType !== root.entityType) - Number(b.entityType !== root.entityType));
        const [first] = changes;
        if (!first) return undefined;
        const { file, line } = rows[0]!;
        return { record: { entityType: root.entityType, id: root.id, key: first.key, changes }, file, line };
    }

    /** By the id of their first row. */
    private async entitiesOf(page: readonly DataHubChangeSet[], backwards: boolean): Promise<Map<unknown, Group>> {
        const byEntity = new Map<string, DataHubChangeSet[]>();
        for (const type of new Set(page.map(row => row.entityType))) {
            const ids = page.filter(row => row.entityType === type).map(row => row.entityId!);
            for (const row of await this.rowsOf(type, ids)) push(byEntity, `${type} ${row.entityId}`, row);
        }
        return byFirstRow(
            [...byEntity.values()].map(rows => ({
                root: { entityType: rows[0]!.entityType, id: rows[0]!.entityId! },
                rows,
            })),
            backwards,
        );
    }

    private async familiesOf(
        { whole, part, ...parts }: Family,
        page: readonly DataHubChangeSet[],
    ): Promise<Map<unknown, Group>> {
        const isWhole = (row: DataHubChangeSet) => row.entityType === whole;
        const wholes = new Set(page.filter(isWhole).map(row => row.entityId!));
        const strays = new Set(page.filter(row => !isWhole(row)).map(row => row.entityId!));
        const ownerOf = new Map<string, string>();
        for (const [id, owner] of await this.partsWhere('id', [...strays], parts)) {
            wholes.add(owner);
            strays.delete(id);
        }
        for (const [id, owner] of await this.partsWhere(parts.owner, [...wholes], parts)) ownerOf.set(id, owner);
        const rows = [
            ...(await this.rowsOf(whole, [...wholes])),
            ...(await this.rowsOf(part, [...ownerOf.keys(), ...strays])),
        ];
        const groups = new Map<string, Group>();
        for (const row of rows) {
            const id = isWhole(row) ? row.entityId! : (ownerOf.get(row.entityId!) ?? row.entityId!);
            // Of a part that is gone for good nobody knows the whole.
            const entityType = isWhole(row) || ownerOf.has(row.entityId!) ? whole : part;
            const known = groups.get(`${entityType} ${id}`);
            if (known) known.rows.push(row);
            else groups.set(`${entityType} ${id}`, { root: { entityType, id }, rows: [row] });
        }
        for (const group of groups.values()) group.rows.sort(byId);
        return byFirstRow([...groups.values()]);
    }

    private async rowsOf(entityType: string, entityIds: readonly string[]): Promise<DataHubChangeSet[]> {
        const rows: DataHubChangeSet[] = [];
        for (const chunk of chunks([...new Set(entityIds)])) {
            const where = { runId: this.runId, applied: true, entityType, entityId: In(chunk) };
            rows.push(...(await this.ledger.find({ where, order: { id: 'ASC' } })));
        }
        return rows;
    }

    /** Ids of parts with those of their wholes, deleted ones included. */
    private async partsWhere(
        property: string,
        ids: readonly string[],
        { entity, owner }: Pick<Family, 'entity' | 'owner'>,
    ): Promise<[string, string][]> {
        const found: [string, string][] = [];
        for (const chunk of chunks(ids)) {
            const rows = await this.database
                .getRepository(entity)
                .createQueryBuilder('part')
                .select('part.id', 'id')
                .addSelect(`part.${owner}`, 'owner')
                .where(`part.${property} IN (:...ids)`, { ids: chunk.map(idFromRow) })
                .orderBy('part.id')
                .getRawMany<{ id: string | number; owner: string | number | null }>();
            for (const row of rows) if (row.owner !== null) found.push([String(row.id), String(row.owner)]);
        }
        return found;
    }

    private async presentTypes(): Promise<Set<string>> {
        const rows = await this.ledger
            .createQueryBuilder('row')
            .select('row.entityType', 'entityType')
            .distinct(true)
            .where({ runId: this.runId, applied: true })
            .orderBy('row.entityType')
            .getRawMany<{ entityType: string }>();
        return new Set(rows.map(row => row.entityType));
    }
}

interface Group {
    root: { entityType: string; id: string };
    /** Oldest first. */
    rows: DataHubChangeSet[];
}

/** By the row with which a group comes: the first that is read. */
function byFirstRow(groups: readonly Group[], backwards = false): Map<unknown, Group> {
    return new Map(groups.map(group => [group.rows.at(backwards ? -1 : 0)!.id, group]));
}

/** Generated numbers grow with time; other ids do not, there the clock must do. */
function inTime(rows: DataHubChangeSet[]): DataHubChangeSet[] {
    if (typeof rows[0]?.id === 'number') return rows;
    return [...rows].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

function byId(a: DataHubChangeSet, b: DataHubChangeSet): number {
    if (typeof a.id === 'number' && typeof b.id === 'number') return a.id - b.id;
    return String(a.id) < String(b.id) ? -1 : 1;
}

function entryOf({ entityType, entityId, entityKey, action, fields }: DataHubChangeSet) {
    return { entityType, entityId: entityId!, key: entityKey, action, fields };
}

function push<K, T>(lists: Map<K, T[]>, key: K, item: T): void {
    const list = lists.get(key);
    if (list) list.push(item);
    else lists.set(key, [item]);
}

function chunks<T>(list: readonly T[]): T[][] {
    const result: T[][] = [];
    for (let i = 0; i < list.length; i += IDS_PER_QUERY) result.push(list.slice(i, i + IDS_PER_QUERY));
    return result;
}
