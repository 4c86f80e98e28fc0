import { graphql as vendureGraphql } from '@vendure/dashboard';
import type { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema-types';

type Tada = ReturnType<
    typeof initGraphQLTada<{
        disableMasking: true;
        introspection: introspection;
        scalars: { DateTime: string; JSON: unknown; Money: number };
    }>
>;

/** Parses a document, typed by the Admin API as schema-types.d.ts has it. At run time it is the dashboard's own function. */
export const graphql = vendureGraphql as unknown as Tada;

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';
