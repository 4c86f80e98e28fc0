import { allDatabases, TestDatabase, unreachable } from './databases';
import { describeWhenReachable } from './when-reachable';

/**
 * Declares the suite once per database; see `describeWhenReachable` for databases that do not answer.
 *
 * TypeORM's types `mariadb` and `mysql` differ only below the SQL sessions: suites above them run on one of the two.
 */
export function describeOnEachDatabase(
    title: string,
    suite: (database: TestDatabase) => void,
    { mysqlType = false } = {},
): void {
    for (const database of allDatabases.filter(each => mysqlType || each.name !== 'mysql')) {
        describeWhenReachable(`${title} (${database.name})`, unreachable.get(database), () => suite(database));
    }
}
