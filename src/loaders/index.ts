import { customerLoader } from './customer/customer.loader';
import { facetValueLoader } from './facet-value/facet-value.loader';
import { facetLoader } from './facet/facet.loader';
import { graphqlMutationLoader } from './graphql-mutation/graphql-mutation.loader';
import { orderLoader } from './order/order.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';
import { productLoader } from './product/product.loader';
import { restPostLoader } from './rest-post/rest-post.loader';
import { sqlTableLoader } from './sql-table/sql-table.loader';
import { stockAdjustmentLoader } from './stock-adjustment/stock-adjustment.loader';
import { stockLevelLoader } from './stock-level/stock-level.loader';
import { variantPriceLoader } from './variant-price/variant-price.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [
    productLoader,
    productVariantLoader,
    customerLoader,
    facetValueLoader,
    facetLoader,
    graphqlMutationLoader,
    orderLoader,
    restPostLoader,
    sqlTableLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
    variantPriceLoader,
] as const;

export {
    customerLoader,
    facetLoader,
    facetValueLoader,
    graphqlMutationLoader,
    orderLoader,
    productLoader,
    productVariantLoader,
    restPostLoader,
    sqlTableLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
    variantPriceLoader,
};
