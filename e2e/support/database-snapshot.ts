import { createHash } from 'node:crypto';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import type { DataSource, EntityMetadata } from 'typeorm';

/** Rows of every table with ids and timestamps taken out, comparable between two databases. */
export type DatabaseSnapshot = Map<string, CanonicalRow[]>;

export interface CanonicalRow {
    /** Own values without ids, foreign keys and timestamps: what a person reads. */
    values: string;
    /** Values together with everything the row points to and everything that points to it, five links deep. */
    identity: string;
}

interface Node {
    table: string;
    values: string;
    hash: string;
    /** Column name → referenced node. */
    pointsTo: [string, Node][];
    pointedAtBy: [string, Node][];
}

const ROUNDS = 5;
const TIMESTAMPS = new Set(['createdAt', 'updatedAt']);

/**
 * Two databases are the same up to ids when their rows can be matched so that all links match too.
 * Each row's hash starts from its own values and takes in the hashes of its neighbours, round by round
 * (colour refinement); equal multisets of hashes per table then mean equal content and equal wiring.
 */
export async function snapshotOf(
    dataSource: DataSource,
    isCompared: (table: string) => boolean,
): Promise<DatabaseSnapshot> {
    const tables = metadataByTable(dataSource, isCompared);
    const nodes = new Map<string, Map<string, Node>>();
    const rowsOf = new Map<string, Record<string, unknown>[]>();
    for (const [table, metadata] of tables) {
        const rows = await dataSource.query<Record<string, unknown>[]>(`SELECT * FROM ${quoted(dataSource, table)}`);
        rowsOf.set(table, rows);
        const keys = metadata.primaryColumns.map(column => column.databaseName);
        nodes.set(
            table,
            new Map(
                rows.map(row => [
                    keyOf(row, keys),
                    { table, ...ownValues(row, metadata), pointsTo: [], pointedAtBy: [] },
                ]),
            ),
        );
    }
    for (const [table, metadata] of tables) connect(table, metadata, rowsOf.get(table)!, nodes);
    refine([...nodes.values()].flatMap(byKey => [...byKey.values()]));

    const snapshot: DatabaseSnapshot = new Map();
    for (const [table, byKey] of nodes) {
        const rows = [...byKey.values()].map(node => ({ values: node.values, identity: node.hash }));
        snapshot.set(
            table,
            rows.sort((a, b) => compareText(a.values + a.identity, b.values + b.identity)),
        );
    }
    return snapshot;
}

/** One readable line per difference; empty when the databases are equal. */
export function differencesBetween(left: DatabaseSnapshot, right: DatabaseSnapshot): string[] {
    const differences: string[] = [];
    for (const table of new Set([...left.keys(), ...right.keys()])) {
        const a = left.get(table) ?? [];
        const b = right.get(table) ?? [];
        const onlyLeft = surplus(
            a.map(row => row.values),
            b.map(row => row.values),
        );
        const onlyRight = surplus(
            b.map(row => row.values),
            a.map(row => row.values),
        );
        differences.push(
            ...onlyLeft.map(row => `${table}: only left  ${row}`),
            ...onlyRight.map(row => `${table}: only right ${row}`),
        );
        if (onlyLeft.length + onlyRight.length > 0) continue;
        const wiring = surplus(
            a.map(row => row.identity),
            b.map(row => row.identity),
        );
        if (wiring.length > 0) {
            const example = a.find(row => wiring.includes(row.identity))!;
            differences.push(`${table}: ${wiring.length} rows are linked differently, such as ${example.values}`);
        }
    }
    return differences;
}

function metadataByTable(dataSource: DataSource, isCompared: (table: string) => boolean): Map<string, EntityMetadata> {
    const tables = new Map<string, EntityMetadata>();
    for (const metadata of dataSource.entityMetadatas) {
        if (metadata.tableType === 'view' || tables.has(metadata.tableName) || !isCompared(metadata.tableName))
            continue;
        // Of a single-table-inheritance family the parent knows all columns.
        const parent = metadata.tableType === 'entity-child' ? metadata.parentEntityMetadata : metadata;
        tables.set(metadata.tableName, parent);
    }
    return tables;
}

function ownValues(row: Record<string, unknown>, metadata: EntityMetadata): { values: string; hash: string } {
    const links = new Set(foreignKeyColumns(metadata).map(link => link.column.databaseName));
    const generated = new Set(metadata.generatedColumns.map(column => column.databaseName));
    const kept = Object.entries(row).filter(
        ([name]) => !links.has(name) && !generated.has(name) && !TIMESTAMPS.has(name) && name !== 'id',
    );
    const values = JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => compareText(a, b))));
    return { values, hash: digest(metadata.tableName + values) };
}

function connect(
    table: string,
    metadata: EntityMetadata,
    rows: Record<string, unknown>[],
    nodes: Map<string, Map<string, Node>>,
): void {
    const keys = metadata.primaryColumns.map(column => column.databaseName);
    for (const { column, target } of foreignKeyColumns(metadata)) {
        const targets = nodes.get(target);
        if (!targets) continue;
        for (const row of rows) {
            const value = row[column.databaseName];
            const to = value === null || value === undefined ? undefined : targets.get(asText(value));
            if (!to) continue;
            const from = nodes.get(table)!.get(keyOf(row, keys))!;
            from.pointsTo.push([column.databaseName, to]);
            to.pointedAtBy.push([`${table}.${column.databaseName}`, from]);
        }
    }
}

function foreignKeyColumns(metadata: EntityMetadata): { column: ColumnMetadata; target: string }[] {
    return metadata.foreignKeys.flatMap(key =>
        key.columns.map(column => ({ column, target: key.referencedEntityMetadata.tableName })),
    );
}

function refine(nodes: Node[]): void {
    for (let round = 0; round < ROUNDS; round++) {
        const next = nodes.map(node => {
            const out = node.pointsTo.map(([name, to]) => `${name}>${to.hash}`).sort();
            const into = node.pointedAtBy.map(([name, from]) => `${name}<${from.hash}`).sort();
            return digest([node.hash, ...out, ...into].join('|'));
        });
        nodes.forEach((node, index) => (node.hash = next[index]!));
    }
}

/** Members of `a` that `b` has fewer of. */
function surplus(a: string[], b: string[]): string[] {
    const left = new Map<string, number>();
    for (const value of b) left.set(value, (left.get(value) ?? 0) + 1);
    return a.filter(value => {
        const count = left.get(value) ?? 0;
        left.set(value, count - 1);
        return count <= 0;
    });
}

const keyOf = (row: Record<string, unknown>, columns: string[]): string =>
    columns.map(name => asText(row[name])).join('/');
const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const digest = (text: string): string => createHash('sha1').update(text).digest('hex');
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function quoted(dataSource: DataSource, table: string): string {
    return dataSource.driver.escape(table);
}
