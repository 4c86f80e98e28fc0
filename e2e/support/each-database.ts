import { allDatabases, TestDatabase, unreachable } from './databases';
import { isFull } from './scale';
import { describeWhenReachable } from './when-reachable';

/**
 * Declares the suite once per database; see `describeWhenReachable` for databases that do not answer.
 *
 * With `sampleOn`, only `npm run test:full` runs on all of them: suites that take minutes share them out in the sample.
 * TypeORM's types `mariadb` and `mysql` differ only below the SQL sessions: suites above them run on one of the two.
 */
export function describeOnEachDatabase(
    title: string,
    suite: (database: TestDatabase) => void,
    { mysqlType = false, sampleOn }: { mysqlType?: boolean; sampleOn?: TestDatabase['name'] } = {},
): void {
    for (const database of allDatabases) {
        if (database.name === 'mysql' && !mysqlType) continue;
        if (!isFull && sampleOn !== undefined && database.name !== sampleOn) continue;
        describeWhenReachable(`${title} (${database.name})`, unreachable.get(database), () => suite(database));
    }
}
