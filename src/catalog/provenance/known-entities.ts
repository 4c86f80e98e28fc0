import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { EntityId } from '../sql/sql-session';

/** What a record became in an earlier run, by its external id. The entity may have been deleted since. */
export interface KnownEntity {
    id: EntityId;
    externalId: string;
    source: string;
}

export type KnownEntities = ReadonlyMap<PipelineRecord, KnownEntity>;

/** What a natural key leads to, together with what the external id does. */
export function withKnown({ id }: KnownEntity, found: readonly EntityId[] = []): EntityId[] {
    return [...new Set([...found, id])];
}

/** External id and natural key lead to different entities; DataHub never guesses which of them is meant. */
export function externalIdElsewhere(
    what: string,
    { id, externalId, source }: KnownEntity,
    by: string,
    others: readonly EntityId[],
): UserError {
    return new UserError(
        'ambiguous-external-id',
        `The external id "${externalId}" of "${source}" belongs to the ${what} with the id ${id}, but by ${by} the record fits the ${what} with the id ${others.join(', ')}.`,
        'Correct the record, or change or delete one of the two in the shop.',
    );
}
