import { describe, it } from 'vitest';
import { allDatabases, TestDatabase, unreachable } from './databases';

/**
 * Declares the suite once per database. A database that does not answer is skipped with a line on the console;
 * on CI it fails instead, since a skipped database proves nothing.
 */
export function describeOnEachDatabase(title: string, suite: (database: TestDatabase) => void): void {
    for (const database of allDatabases) {
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
