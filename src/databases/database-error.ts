import { classifyDatabaseError } from '../catalog/sql/classify-error';
import { DataHubError, TransientError } from '../sdk/errors';

/**
 * Errors of another system's database. What concerns a value is a UserError. All else is worth another attempt, as it
 * concerns every record alike: a login, a right or a table that is missing is put right there, and the run is resumed.
 */
export function databaseError(thrown: unknown, connection: string): DataHubError {
    const error = classifyDatabaseError(thrown);
    if (error.kind === 'USER') return error;
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
