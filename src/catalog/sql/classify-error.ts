import { QueryFailedError } from 'typeorm';
import { DataHubError, Defect, ErrorPlace, TransientError, UserError } from '../../sdk/errors';

/**
 * Turns what a driver or TypeORM throws into one of the three kinds of error. The driver's own error stays as `cause`.
 * Errors of ours pass through.
 */
export function classifyDatabaseError(thrown: unknown, options: { isTransient?: boolean } = {}): DataHubError {
    if (thrown instanceof DataHubError) return thrown;
    const error = driverErrorOf(thrown);
    const code = codeOf(error);
    if (options.isTransient || isTransient(code, error)) {
        return new TransientError(
            'database-unavailable',
            `The database could not finish the transaction: ${ended(error.message)}`,
            'It is tried again; if it keeps failing, look for long transactions, locks and lost connections.',
            {},
            { cause: error },
        );
    }
    if (isOutOfRoom(code)) {
        return new TransientError(
            'database-full',
            `The database has no room left for what is to be written: ${ended(error.message)}`,
            'Free or add disk space of the database server. It is tried again for a while; afterwards resume the run.',
            {},
            { cause: error },
        );
    }
    const refusal = refusalOf(code, error);
    if (refusal) {
        return new UserError(refusal.code, refusal.message, refusal.hint, refusal.place ?? {}, { cause: error });
    }
    return new Defect(
        'database-error',
        `The database refused a statement: ${ended(error.message)}`,
        undefined,
        {},
        {
            cause: error,
        },
    );
}

/** Like {@link classifyDatabaseError}, but what does not come from a database is given back as it is. */
export function classifyIfDatabaseError(thrown: unknown): unknown {
    if (thrown instanceof DataHubError || !(thrown instanceof Error)) return thrown;
    const error = driverErrorOf(thrown);
    const code = codeOf(error);
    const isFromDatabase =
        thrown instanceof QueryFailedError || isTransient(code, error) || isOutOfRoom(code) || refusalOf(code, error);
    return isFromDatabase ? classifyDatabaseError(thrown) : thrown;
}

/** True when the server has ended the whole transaction, not only the statement. */
export function endsTransaction(error: DataHubError): boolean {
    const code = codeOf(driverErrorOf(error.cause));
    return error.kind === 'TRANSIENT' && code !== 'ER_LOCK_WAIT_TIMEOUT' && code?.startsWith('ER_LOCK') === true;
}

/** True when the same again may go well at once: the database chose this transaction as the one to undo. */
export function isDeadlock(thrown: unknown): boolean {
    return deadlockCodes.includes(codeOf(driverErrorOf(thrown)) ?? '');
}

/** The SQLSTATE of a PostgreSQL error. */
export function sqlStateOf(thrown: unknown): string | undefined {
    return codeOf(driverErrorOf(thrown));
}

/** Drivers end their sentences without a full stop. */
const ended = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);

interface DriverError extends Error {
    code?: unknown;
    constraint?: unknown;
    column?: unknown;
    table?: unknown;
    detail?: unknown;
    sqlMessage?: unknown;
}

function driverErrorOf(thrown: unknown): DriverError {
    if (thrown instanceof QueryFailedError) return thrown.driverError as DriverError;
    return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function codeOf(error: DriverError): string | undefined {
    // MariaDB's and MySQL's numbers differ from here on, and mysql2 knows the names of MySQL's only.
    if ('errno' in error && error.errno === 4025) return 'ER_CONSTRAINT_FAILED';
    return typeof error.code === 'string' ? error.code : undefined;
}

/** PostgreSQL's first two: deadlock and serialisation. */
const deadlockCodes = ['40P01', '40001', 'ER_LOCK_DEADLOCK'];

const transientCodes = new Set([
    ...deadlockCodes,
    // PostgreSQL: lock not available, statement or idle timeout, shutdown, too many connections
    ...['55P03', '57014', '57P01', '57P02', '57P03', '57P05', '25P03', '53300'],
    ...['ER_LOCK_WAIT_TIMEOUT', 'ER_CON_COUNT_ERROR', 'ER_SERVER_SHUTDOWN', 'ER_QUERY_INTERRUPTED'],
    ...['ER_CHECKREAD', 'PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'POOL_CLOSED'],
    ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
]);

/** Drivers give no code, or no telling one, for these. The second is SQLite when two begin on its one connection. */
const lostConnection =
    /connection terminated|cannot start a transaction within a transaction|client has encountered a connection error|connection is in closed state|server has gone away|timeout exceeded when trying to connect|query runner already released/i;

function isTransient(code: string | undefined, error: DriverError): boolean {
    if (code === undefined) return lostConnection.test(error.message);
    return (
        transientCodes.has(code) ||
        /^08[0-9A-Z]{3}$/.test(code) ||
        code.startsWith('SQLITE_BUSY') ||
        code.startsWith('SQLITE_LOCKED') ||
        lostConnection.test(error.message)
    );
}

/** Of the disk, of a table or of what an administrator allows: it is no fault of the record that met it. */
const outOfRoomCodes = new Set([
    ...['53000', '53100', '53200', '53400', '58030'],
    ...[
        'ER_RECORD_FILE_FULL',
        'ER_DISK_FULL',
        'ER_TEMP_FILE_WRITE_FAILURE',
        'ER_OUT_OF_RESOURCES',
        'ER_ENGINE_OUT_OF_MEMORY',
    ],
    ...['SQLITE_FULL', 'SQLITE_NOMEM'],
]);

function isOutOfRoom(code: string | undefined): boolean {
    return code !== undefined && (outOfRoomCodes.has(code) || code.startsWith('SQLITE_IOERR'));
}

interface Refusal {
    code: string;
    message: string;
    hint: string;
    place?: ErrorPlace;
}

function refusalOf(code: string | undefined, error: DriverError): Refusal | undefined {
    if (code === undefined) return undefined;
    const kind = refusalKinds.find(({ codes }) => codes.test(code));
    if (!kind) return undefined;
    const where = subjectOf(error);
    return {
        code: kind.code,
        message: `${kind.says(where ?? 'a column')} (${reasonOf(error)}).`,
        hint: kind.hint,
        ...(where ? { place: { field: where } } : {}),
    };
}

const refusalKinds: { codes: RegExp; code: string; says(where: string): string; hint: string }[] = [
    {
        codes: /^(23505|ER_DUP_ENTRY|ER_DUP_ENTRY_WITH_KEY_NAME|SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY|ROWID))$/,
        code: 'not-unique',
        says: where => `The value of ${where} is taken already`,
        hint: 'Give each record a value of its own, or match the existing row by it.',
    },
    {
        codes: /^(23503|ER_NO_REFERENCED_ROW(_2)?|ER_ROW_IS_REFERENCED(_2)?|SQLITE_CONSTRAINT_FOREIGNKEY)$/,
        code: 'reference-missing',
        says: where => `A reference is broken at ${where}`,
        hint: 'Load what the record refers to first, and delete what refers to a row before the row.',
    },
    {
        codes: /^(23502|ER_BAD_NULL_ERROR|ER_NO_DEFAULT_FOR_FIELD|SQLITE_CONSTRAINT_NOTNULL)$/,
        code: 'value-missing',
        says: where => `A value is missing for ${where}`,
        hint: 'Map a field to it or set a default.',
    },
    {
        codes: /^(22001|ER_DATA_TOO_LONG)$/,
        code: 'value-too-long',
        says: where => `A value is too long for ${where}`,
        hint: 'Shorten the text, or widen the column with a migration.',
    },
    {
        codes: /^(22003|ER_WARN_DATA_OUT_OF_RANGE|ER_DATA_OUT_OF_RANGE)$/,
        code: 'value-out-of-range',
        says: where => `A number is out of range for ${where}`,
        hint: 'Check the unit of the number; amounts of money are given in minor units.',
    },
    {
        codes: /^(23514|ER_CONSTRAINT_FAILED|ER_CHECK_CONSTRAINT_VIOLATED|SQLITE_CONSTRAINT_CHECK)$/,
        code: 'check-failed',
        says: where => `A value breaks a rule of the database at ${where}`,
        hint: 'Correct the value, or change the rule with a migration.',
    },
    {
        codes: /^(22[0-9A-Z]{3}|ER_TRUNCATED_WRONG_VALUE(_FOR_FIELD)?|WARN_DATA_TRUNCATED|SQLITE_MISMATCH|SQLITE_TOOBIG)$/,
        code: 'value-invalid',
        says: where => `A value does not fit the type of ${where}`,
        hint: 'Convert the value before it is loaded.',
    },
];

/** Table and column, or the constraint, as far as the driver tells. */
function subjectOf(error: DriverError): string | undefined {
    const { table, column, constraint, detail, message } = error;
    if (typeof table === 'string' && typeof column === 'string') return `${table}.${column}`;
    const columns = typeof detail === 'string' ? /^Key \(([^)]*)\)=/.exec(detail)?.[1] : undefined;
    if (typeof table === 'string' && columns) return `${table}.${columns.replace(/"/g, '')}`;
    if (typeof constraint === 'string') return `the constraint ${constraint}`;
    const sqlite = /constraint failed: ([\w.]+(?:, [\w.]+)*)/.exec(message)?.[1];
    if (sqlite) return sqlite;
    const mysqlKey = /for key '([^']+)'/.exec(message)?.[1];
    if (mysqlKey) return `the key ${mysqlKey}`;
    const mysqlForeignKey = /`([^`]+)`, CONSTRAINT `[^`]+` FOREIGN KEY \(`([^)]+)`\)/.exec(message);
    if (mysqlForeignKey) return `${mysqlForeignKey[1]}.${mysqlForeignKey[2]?.replace(/`/g, '')}`;
    // MariaDB puts the names of database and table before some.
    return /(?:column|Column|Field) (?:`[^`]+`\.)*['"`]([^'"`]+)['"`]/.exec(message)?.[1];
}

function reasonOf(error: DriverError): string {
    const { detail, message } = error;
    const text = typeof detail === 'string' && detail ? detail : message;
    const firstLine = text.split('\n')[0]?.replace(/\.$/, '') ?? '';
    return firstLine.length > 200 ? `${firstLine.slice(0, 200)}…` : firstLine;
}
