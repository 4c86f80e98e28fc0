import type { DataSource } from 'typeorm';

/**
 * SQL for "now" in epoch milliseconds by the database's clock. Leases are compared by this one clock only, so workers
 * whose own clocks are wrong neither steal a lease nor keep one; daylight saving and session time zones do not matter.
 */
export function databaseNowMs(database: DataSource): string {
    switch (database.options.type) {
        case 'postgres':
            return `CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`;
        case 'mysql':
        case 'mariadb':
            return `(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)`;
        default:
            return `CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`;
    }
}
