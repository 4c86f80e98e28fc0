import type { GuardCounts } from '../../../shared/run';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import type { Guards } from '../../sdk/definition/guards';

/**
 * What the plan of one batch says to the guards of its LOAD step. Counts of batches are added up.
 *
 * `prices` are the prices that had a value before and would have another, and one for each record that already exists and
 * changes no price: plans do not list what stays as it is. Prices of new entities are neither prices nor jumps, so that
 * many new products do not hide what happens to the old ones.
 *
 * @param recordCount records of the batch that reached the step, refused ones included
 */
export function guardCountsOf(
    changeSets: readonly ChangeSet[],
    rejectedCount: number,
    recordCount: number,
    guards: Pick<Guards, 'maxPriceChangePercent'>,
): GuardCounts {
    const counts: GuardCounts = { ...noCounts(), records: recordCount, rejected: rejectedCount };
    for (const changeSet of changeSets) {
        const prices = changeSet.entities.flatMap(existing).flatMap(({ fields }) => fields.filter(isKnownPrice));
        if (changeSet.action !== 'UNCHANGED') counts.changed++;
        if (changeSet.action !== 'CREATE' || prices.length > 0) counts.prices += Math.max(1, prices.length);
        counts.priceJumps += prices.filter(price => isJump(price, guards.maxPriceChangePercent)).length;
        for (const entity of changeSet.entities) {
            if (entity.action === 'DELETE') counts.deleted++;
            else if (entity.action === 'UPDATE') countLosses(entity, counts);
        }
    }
    return counts;
}

/** Of a LOAD step that no batch has been planned for. */
export function noCounts(): GuardCounts {
    return {
        records: 0,
        changed: 0,
        rejected: 0,
        prices: 0,
        priceJumps: 0,
        disabled: 0,
        deleted: 0,
        stockToZero: 0,
    };
}

function countLosses({ fields }: EntityChange, counts: GuardCounts): void {
    if (fields.some(field => field.path === 'enabled' && field.before === true && field.after === false)) {
        counts.disabled++;
    }
    if (fields.some(fallsToZero)) counts.stockToZero++;
}

function existing(entity: EntityChange): EntityChange[] {
    return entity.action === 'UPDATE' ? [entity] : [];
}

function isKnownPrice({ path, before }: FieldChange): boolean {
    return path.startsWith('prices.') && typeof before === 'number';
}

/** A price that is taken away falls by a hundred per cent. Compared in integers as long as the limit is one. */
function isJump({ before, after }: FieldChange, maxPercent: number | undefined): boolean {
    if (maxPercent === undefined || typeof before !== 'number') return false;
    const now = typeof after === 'number' ? after : 0;
    if (before === 0) return now > 0;
    return Math.abs(now - before) * 100 > Math.abs(before) * maxPercent;
}

function fallsToZero({ path, before, after }: FieldChange): boolean {
    if (!path.startsWith('stock.') || typeof before !== 'number' || before <= 0) return false;
    return typeof after !== 'number' || after <= 0;
}
