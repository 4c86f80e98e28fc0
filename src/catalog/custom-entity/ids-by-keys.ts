import { type JsonValue, textOf } from '../../../shared/json';
import { idFromText } from '../apply/batch';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { CustomMatching } from './custom-state';

/** A statement may have this many parameters on every database. */
const MAX_PARAMETERS = 20_000;

/** Ids of the rows that have one of the keys; further ones where the database compares more loosely than JavaScript. */
export async function idsByKeys(
    { shape, matchBy }: CustomMatching,
    keys: readonly (readonly JsonValue[])[],
    sql: SqlSession,
): Promise<EntityId[]> {
    if (keys.length === 0) return [];
    const table = sql.table(shape.metadata.target);
    const asHeld = (value: JsonValue, name: string): unknown => {
        const relation = shape.relations.get(name);
        return relation ? idFromText(textOf(value), sql.table(relation.target.target)) : value;
    };
    const tuples = [...new Map(keys.map(key => [JSON.stringify(key), key])).values()].map(key =>
        key.map((value, i) => asHeld(value, matchBy[i]!)),
    );
    const [only, ...others] = matchBy;
    if (others.length === 0) {
        const values = tuples.map(([value]) => value);
        const rows = await sql.selectIn(table, [table.idPath], only === table.idPath ? table.idPath : only!, values);
        return rows.map(([id]) => id as EntityId);
    }
    const columns = matchBy.map(name => table.column(name)).join(', ');
    const [prefix, suffix] = sql.dialect === 'sqlite' ? ['VALUES ', ''] : ['', ''];
    const tuple = `(${matchBy.map(() => '?').join(', ')})`;
    const ids: EntityId[] = [];
    const size = Math.floor(MAX_PARAMETERS / matchBy.length);
    for (let start = 0; start < tuples.length; start += size) {
        const chunk = tuples.slice(start, start + size);
        const rows = await sql.query(
            `SELECT ${table.column(table.idPath)} FROM ${table.path} ` +
                `WHERE (${columns}) IN (${prefix}${chunk.map(() => tuple).join(', ')}${suffix})`,
            chunk.flat(),
        );
        ids.push(...rows.map(([id]) => id as EntityId));
    }
    return ids;
}
