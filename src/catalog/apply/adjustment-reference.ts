import { assetReferenceId } from '../assets/asset-reference';
import type { EntityId } from '../sql/sql-session';

/** `DataHubReference.source` of stock adjustments that have happened. */
export const ADJUSTMENT_SOURCE = 'stockAdjustment';
export const ADJUSTMENT_ENTITY_TYPE = 'StockAdjustment';

/** One document may name many variants and locations: each is remembered by itself. */
export function adjustmentReferenceId(externalId: string, variant: EntityId, location: EntityId): string {
    return assetReferenceId(`${variant}:${location}:${externalId}`);
}
