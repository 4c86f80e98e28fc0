import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import type { CatalogRun } from '../product/catalog-run';
import type { FacetRecord } from './facet-record';
import type { FacetMatching, LiveFacet } from './facet-state';

export function noMatchValue(field: string, { kind: { what } }: FacetMatching): UserError {
    return new UserError(
        'match-value-missing',
        `${field} is missing, and a ${what} is matched by it.`,
        `Give ${field}, or choose another field in matchBy.`,
        { field },
    );
}

export function ambiguous(name: string, found: readonly LiveFacet[], { kind: { what }, by }: FacetMatching): UserError {
    return new UserError(
        `ambiguous-facet`,
        `${found.length} entries fit the ${what} ${name} by ${by}: ids ${found.map(({ id }) => id).join(', ')}.`,
        'Make them distinct in the shop, or match by id.',
    );
}

export function exists(name: string, live: LiveFacet, { kind: { what } }: FacetMatching): UserError {
    return new UserError(
        'facet-exists',
        `The ${what} ${name} exists already (id ${live.id}), and the strategy CREATE only creates.`,
        'Choose the strategy UPSERT to update it as well.',
    );
}

export function notFound(name: string, { kind: { what } }: FacetMatching, run: CatalogRun): UserError {
    return new UserError(
        'facet-not-found',
        `There is no ${what} ${name} in the channel "${run.channel.code}", and the strategy UPDATE does not create one.`,
        'Choose the strategy UPSERT to create it, or correct the field that it is matched by.',
    );
}

export function inOtherChannel(name: string, { kind: { what } }: FacetMatching, run: CatalogRun): UserError {
    const { code } = run.channel;
    return new UserError(
        'facet-not-in-channel',
        `The ${what} ${name} exists, but not in the channel "${code}".`,
        `Load it in the default channel, with "${code}" in channels.`,
        { got: code },
    );
}

export function codeTaken(code: string, owner: LiveFacet | undefined, { kind: { what } }: FacetMatching): UserError {
    return new UserError(
        'duplicate-code',
        owner
            ? `code: another ${what} (id ${owner.id}) has the code "${code}".`
            : `code: another record of the batch creates a ${what} whose code the database takes for the same as "${code}".`,
        'Give each its own code.',
        { field: 'code', got: code },
    );
}

/** The facet of a value that is to be created, or by whose codes a value is matched. */
export function facetMissing({ facet }: FacetRecord, run: CatalogRun): UserError {
    return facet === undefined
        ? new UserError(
              'facet-missing',
              'facet is missing; a facet value needs the facet that it belongs to.',
              'Give the code of the facet in facet.',
              { field: 'facet' },
          )
        : new UserError(
              'facet-not-found',
              `facet: there is no facet "${facet}" in the channel "${run.channel.code}".`,
              'Load the facet first, or correct its code.',
              { field: 'facet', got: facet, waitsFor: awaited('Facet', facet) },
          );
}
