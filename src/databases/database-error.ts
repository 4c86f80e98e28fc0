import { classifyDatabaseError, sqlStateOf } from '../catalog/sql/classify-error';
import { DataHubError, TransientError, UserError } from '../sdk/errors';

/**
 * Errors of another system's database. What concerns a value is a UserError. All else is worth another attempt, as it
 * concerns every record alike: a login, a right or a table that is missing is put right there, and the run is resumed.
 */
export function databaseError(thrown: unknown, connection: string): DataHubError {
    const error = classifyDatabaseError(thrown);
    if (error.kind === 'USER') return error;
    if (sqlStateOf(thrown) === ROW_CHANGED_TWICE) return rowChangedTwice(thrown);
    if (error.kind === 'TRANSIENT' && error.code !== 'database-unavailable') return error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    return new TransientError(
        'target-database-failed',
        `The database of connection "${connection}" did not do what it was asked for: ${reason}`,
        'Check that it can be reached, and the rights of the user that the connection logs in as.',
        { got: connection },
        { cause: error.cause },
    );
}

/** PostgreSQL: by its own rules two rows of one statement have the same key, as `a` and `A` in a column of the type citext. */
const ROW_CHANGED_TWICE = '21000';

function rowChangedTwice(thrown: unknown): UserError {
    return new UserError(
        'row-changed-twice',
        `One statement would change a row twice (${(thrown as Error).message}).`,
        'Give each record a key of its own.',
        {},
        { cause: thrown },
    );
}
