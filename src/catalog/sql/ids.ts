import { Defect } from '../../sdk/errors';
import type { EntityId } from './sql-session';
import type { CompiledTable } from './table';

/** Generated numbers must come in the order of the rows; anything else would connect ids with the wrong rows. */
export function ascendingIds(table: CompiledTable, expected: number, rows: unknown[][]): EntityId[] {
    const ids = rows.map(row => row[0] as EntityId);
    const isOrdered = ids.every((id, index) => index === 0 || Number(id) > Number(ids[index - 1]));
    if (ids.length === expected && isOrdered) return ids;
    throw new Defect(
        'ids-out-of-order',
        `The database returned the new ids of ${table.path} in an order that cannot be matched with the rows.`,
        'Check that the id column draws ascending numbers and that no trigger changes them.',
    );
}
