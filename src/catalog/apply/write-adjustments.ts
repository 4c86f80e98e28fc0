import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { ADJUSTMENT_ENTITY_TYPE, ADJUSTMENT_SOURCE, adjustmentReferenceId } from './adjustment-reference';
import type { Batch } from './batch';
import { retryWhenTaken } from './claim-shared';
import { EntityDescription } from './entity-description';

/** Remembers which stock adjustments have happened, in the transaction that moves the stock, or forgets them again. */
export async function writeAdjustments(batch: Batch, description: EntityDescription): Promise<void> {
    const inserts: unknown[][] = [];
    const deletes: unknown[][] = [];
    const { sql, references } = batch;
    for (const entity of batch.of(description)) {
        for (const { externalId, location, happened } of entity.adjustments) {
            const variant = entity.knownId();
            const id = adjustmentReferenceId(externalId, variant, location.in(references));
            (happened ? inserts : deletes).push([ADJUSTMENT_SOURCE, ADJUSTMENT_ENTITY_TYPE, id, String(variant)]);
        }
    }
    if (inserts.length + deletes.length === 0) return;
    const table = sql.table(DataHubReference);
    const columns = ['source', 'entityType', 'externalId', 'entityId'];
    await sql.delete(table, columns, deletes);
    await retryWhenTaken('stock adjustment', () => sql.insert(table, columns, inserts));
}
