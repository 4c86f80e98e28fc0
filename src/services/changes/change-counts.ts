import type { SelectQueryBuilder } from 'typeorm';
import type { DataHubChangeSet } from '../../entities';
import type { ChangeAction } from '../../sdk/change-set';

export interface ChangeCount {
    step: string;
    entityType: string;
    action: ChangeAction;
    count: number;
}

export interface ChangeCounts {
    total: number;
    items: ChangeCount[];
}

/** Of a query for rows under the alias `change`: one statement. */
export async function countChanges(changes: SelectQueryBuilder<DataHubChangeSet>): Promise<ChangeCounts> {
    const rows = await changes
        .select('change.step', 'step')
        .addSelect('change.entityType', 'entityType')
        .addSelect('change.action', 'action')
        .addSelect('COUNT(*)', 'count')
        .groupBy('change.action')
        .addGroupBy('change.entityType')
        .addGroupBy('change.step')
        .orderBy('change.step')
        .addOrderBy('change.entityType')
        .addOrderBy('change.action')
        .getRawMany<Omit<ChangeCount, 'count'> & { count: string | number }>();
    const items = rows.map(row => ({ ...row, count: Number(row.count) }));
    return { total: items.reduce((sum, { count }) => sum + count, 0), items };
}
