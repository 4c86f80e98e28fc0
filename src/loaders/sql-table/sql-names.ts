import type { DatabaseKind } from '../../outbound/outbound-databases';
import { UserError } from '../../sdk/errors';

/** A table as a pipeline names it. */
export interface TableName {
    schema?: string;
    table: string;
}

/** A name as it may stand in a statement, whatever is in it. */
export function quoteName(kind: DatabaseKind, name: string): string {
    // MySQL counts characters, PostgreSQL bytes.
    const [length, limit, unit] =
        kind === 'mysql' ? [[...name].length, 64, 'characters'] : [Buffer.byteLength(name), 63, 'bytes'];
    // PostgreSQL would cut a longer one off without a word.
    if (name === '' || name.includes('\u0000') || length > limit) {
        throw new UserError(
            'name-invalid',
            `"${name.slice(0, 80)}" cannot name a table or a column: a name has 1 to ${limit} ${unit} and no NUL character.`,
            'Use another name.',
            { got: name.slice(0, 80) },
        );
    }
    return kind === 'mysql' ? `\`${name.replaceAll('`', '``')}\`` : `"${name.replaceAll('"', '""')}"`;
}

export function quoteTable(kind: DatabaseKind, { schema, table }: TableName): string {
    return (schema === undefined ? '' : `${quoteName(kind, schema)}.`) + quoteName(kind, table);
}

export function quoteNames(kind: DatabaseKind, names: readonly string[]): string {
    return names.map(name => quoteName(kind, name)).join(', ');
}

/** Numbers placeholders as the database wants them. */
export function placeholders(kind: DatabaseKind): () => string {
    let count = 0;
    return () => (kind === 'postgres' ? `$${++count}` : '?');
}
