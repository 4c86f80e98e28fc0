import { QueryFailedError } from 'typeorm';

/** Whether an insert or update failed because another row has the same unique key, on any of the databases. */
export function isUniqueViolation(error: unknown): boolean {
    if (!(error instanceof QueryFailedError)) return false;
    const driverError = error.driverError as { code?: unknown };
    return UNIQUE_VIOLATION_CODES.has(String(driverError.code));
}

const UNIQUE_VIOLATION_CODES = new Set(['23505', 'ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE']);
