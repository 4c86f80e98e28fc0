import { graphqlMutationLoader } from './graphql-mutation/graphql-mutation.loader';
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';
import { restPostLoader } from './rest-post/rest-post.loader';
import { sqlTableLoader } from './sql-table/sql-table.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [
    productLoader,
    productVariantLoader,
    sqlTableLoader,
    restPostLoader,
    graphqlMutationLoader,
] as const;

export { graphqlMutationLoader, productLoader, productVariantLoader, restPostLoader, sqlTableLoader };
