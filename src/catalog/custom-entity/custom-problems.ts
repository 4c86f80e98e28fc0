import type { JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { CatalogRun } from '../product/catalog-run';
import type { CustomShape } from './custom-shape';
import type { LiveCustom } from './custom-state';

export function noMatchValue(field: string, { name }: CustomShape): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and a ${name} is found by it.`,
        `Give ${field}, or choose other fields in matchBy.`,
        { field },
    );
}

export function ambiguous(
    fitting: readonly LiveCustom[],
    matchBy: readonly string[],
    { name }: CustomShape,
): UserError {
    const ids = fitting.map(({ id }) => id).join(', ');
    return new UserError(
        'ambiguous-match',
        `Several of the type ${name} have the same ${matchBy.join(' and ')}: ids ${ids}.`,
        'Make them distinct, or match by further fields.',
        { field: matchBy[0]! },
    );
}

/** Its key is taken by a row that the run does not see, and the database allows no second one. */
export function hiddenFrom(
    { live, isDeleted }: { live: LiveCustom; isDeleted: boolean },
    matchBy: readonly string[],
    { name }: CustomShape,
    { channel }: CatalogRun,
): UserError {
    const where = isDeleted ? 'is soft-deleted' : `is not in the channel "${channel.code}"`;
    return new UserError(
        isDeleted ? 'match-deleted' : 'in-other-channel',
        `The ${name} with this ${matchBy.join(' and ')} (id ${live.id}) ${where}, and a second one cannot be created.`,
        isDeleted ? 'Restore it, or delete it for good.' : 'Run in a channel that it is in, or assign it to this one.',
        { field: matchBy[0]! },
    );
}

export function alreadyExists(key: string, live: LiveCustom, { name }: CustomShape): UserError {
    return new UserError(
        'already-exists',
        `The ${name} "${key}" exists already (id ${live.id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function doesNotExist(key: string, { name }: CustomShape, isById: boolean): UserError {
    return new UserError(
        'does-not-exist',
        isById
            ? `There is no ${name} with the id "${key}", and ids of new ones are given by the database.`
            : `There is no ${name} "${key}", and the strategy UPDATE does not create one.`,
        isById ? 'Match new ones by another field.' : 'Choose the strategy UPSERT to create it.',
    );
}

export function missing(field: string, { name }: CustomShape): UserError {
    return new UserError(
        'field-missing',
        `${field} is missing, and a new ${name} needs it.`,
        `Give ${field}, or give the column a default.`,
        { field },
    );
}

export function fixed(field: string, before: JsonValue, { name }: CustomShape): UserError {
    return new UserError(
        'field-fixed',
        `${field} is ${JSON.stringify(before)}, and a ${name} does not let it be changed once it is created.`,
        `Take ${field} out of the record, or give the same value.`,
        { field },
    );
}
