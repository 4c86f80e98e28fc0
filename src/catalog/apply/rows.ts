import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { Defect } from '../../sdk/errors';
import type { References } from '../references';
import { compareIds } from '../sql/key-order';
import type { EntityId, Table } from '../sql/sql-session';
import { Cell, PendingFilters, PendingReference } from './pending-entity';

/** Rows that one statement can write. `members` are the positions of the rows in the input. */
export interface RowGroup {
    columns: string[];
    rows: unknown[][];
    members: number[];
}

/**
 * Groups rows for inserting. A column that only some rows give is filled with what the database would put there, so
 * rows that differ in what they leave out still go into one statement; where that cannot be known they are kept apart.
 */
export function groupForInsert(table: Table, rows: readonly ReadonlyMap<string, unknown>[]): RowGroup[] {
    const given = new Set<string>();
    for (const row of rows) for (const property of row.keys()) given.add(property);
    const columns = [...given].sort();
    // A row that leaves everything to the database still needs one column to be a statement.
    if (columns.length === 0 && rows.length > 0) columns.push(...anyFillable(table));
    const fillers = new Map(columns.map(property => [property, fillerOf(table, property)]));
    const unfilled = columns.filter(property => !fillers.get(property));
    const groups = new Map<string, RowGroup>();
    // That of nearly all rows, found without naming its columns again.
    let complete: RowGroup | undefined;
    rows.forEach((row, index) => {
        const group = unfilled.every(property => row.has(property))
            ? (complete ??= groupOf(groups, columns))
            : groupOf(
                  groups,
                  columns.filter(property => row.has(property) || fillers.get(property)),
              );
        const values = group.columns.map(property => {
            const value = row.get(property);
            return value !== undefined || row.has(property) ? value : fillers.get(property)!.value;
        });
        add(group, values, index);
    });
    return [...groups.values()];
}

/**
 * Groups rows for updating by the set of columns they change. Where that would make more groups than there are columns,
 * each column gets a group of its own, so that the number of statements never grows with the rows.
 */
export function groupForUpdate(rows: readonly { key: unknown[]; set: ReadonlyMap<string, unknown> }[]): RowGroup[] {
    const bySet = new Map<string, RowGroup>();
    const byColumn = new Map<string, RowGroup>();
    rows.forEach(({ key, set }, index) => {
        if (set.size === 0) return;
        const columns = [...set.keys()].sort();
        add(groupOf(bySet, columns), [...key, ...columns.map(property => set.get(property))], index);
        for (const property of columns) add(groupOf(byColumn, [property]), [...key, set.get(property)], index);
    });
    return [...(bySet.size <= byColumn.size ? bySet : byColumn).values()];
}

/** Refuses rows that the database would refuse for a missing value, naming record and column. */
export function checkRequired(table: Table, row: ReadonlyMap<string, unknown>, entityType: string, key: string): void {
    for (const property of factsOf(table).required) {
        if (row.get(property) !== undefined && row.get(property) !== null) continue;
        throw new Defect(
            'missing-column',
            `${entityType} "${key}" cannot be created: its change set gives no "${property}".`,
            undefined,
            { key, field: property },
        );
    }
}

/** A cell as the column's entity holds it. */
export function valueOf(table: Table, property: string, cell: Cell, references: References): unknown {
    if (cell instanceof PendingReference || cell instanceof PendingFilters) return cell.in(references);
    if (cell === undefined || cell === null) return null;
    return typeof cell === 'string' && factsOf(table).instants.has(property) ? new Date(cell) : cell;
}

/** By two ids, in the order in which rows are locked. */
export function byFirstIds(a: readonly unknown[], b: readonly unknown[]): number {
    for (let i = 0; i < 2; i++) {
        const [x, y] = [a[i] as EntityId, b[i] as EntityId];
        if (x !== y) return compareIds(x, y);
    }
    return 0;
}

function groupOf(groups: Map<string, RowGroup>, columns: string[]): RowGroup {
    const identity = columns.join('\n');
    let group = groups.get(identity);
    if (!group) groups.set(identity, (group = { columns, rows: [], members: [] }));
    return group;
}

function add(group: RowGroup, row: unknown[], member: number): void {
    group.rows.push(row);
    group.members.push(member);
}

function fillerOf(table: Table, property: string): { value: unknown } | undefined {
    const column = table.metadata.findColumnWithPropertyPath(property);
    if (!column || column.transformer) return undefined;
    const fallback: unknown = column.default;
    if (fallback === undefined || fallback === null) return column.isNullable ? { value: null } : undefined;
    // Defaults of custom fields may be written in the dialect of the database; those stay with the database.
    if (property.startsWith('customFields.') || isConverted(column)) return undefined;
    return ['boolean', 'number', 'string'].includes(typeof fallback) ? { value: fallback } : undefined;
}

function anyFillable(table: Table): string[] {
    const column = table.metadata.columns.find(
        ({ propertyPath, relationMetadata }) => !relationMetadata && fillerOf(table, propertyPath),
    );
    return column ? [column.propertyPath] : [];
}

interface ColumnFacts {
    /** Columns for which a new row must give a value. */
    required: string[];
    /** Columns that hold an instant. */
    instants: Set<string>;
}

const facts = new WeakMap<object, ColumnFacts>();

function factsOf({ metadata }: Table): ColumnFacts {
    let known = facts.get(metadata);
    if (!known) {
        const required = metadata.columns
            .filter(column => !column.isNullable && column.default === undefined && !column.relationMetadata)
            .filter(column => !column.isGenerated && !column.isCreateDate && !column.isUpdateDate)
            .filter(column => !column.isVersion && !column.generatedType)
            .filter(column => !column.isDiscriminator && !column.propertyPath.startsWith('customFields.'))
            .map(column => column.propertyPath);
        const instants = new Set(metadata.columns.filter(isInstant).map(({ propertyPath }) => propertyPath));
        facts.set(metadata, (known = { required, instants }));
    }
    return known;
}

/** Its default is written as the database holds it, not as the entity does. */
function isConverted({ type }: ColumnMetadata): boolean {
    return typeof type === 'string' && /json|simple-array/.test(type);
}

/** A plain `date` is a day and stays text: as an instant it would be another day somewhere. */
export function isInstant({ type }: Pick<ColumnMetadata, 'type'>): boolean {
    return type === Date || (typeof type === 'string' && /^(datetime|timestamp)/.test(type));
}
