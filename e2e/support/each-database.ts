import { describe, it } from 'vitest';
import { allDatabases, TestDatabase, unreachable } from './databases';

/**
 * Declares the suite once per database. A database that does not answer is skipped with a line on the console;
 * on CI it fails instead, since a skipped database proves nothing.
 *
 * TypeORM's types `mariadb` and `mysql` differ only below the SQL sessions: suites above them run on one of the two.
 */
export function describeOnEachDatabase(
    title: string,
    suite: (database: TestDatabase) => void,
    { mysqlType = false } = {},
): void {
    for (const database of allDatabases.filter(each => mysqlType || each.name !== 'mysql')) {
        const reason = unreachable.get(database);
        if (reason === undefined) {
            describe(`${title} (${database.name})`, () => suite(database));
        } else if (process.env.CI === 'true') {
            it(`${title} (${database.name})`, () => {
                throw new Error(reason);
            });
        } else {
            console.warn(`Skipped: ${title} (${database.name}). ${reason}`);
            describe.skip(`${title} (${database.name})`, () => suite(database));
        }
    }
}
