import { assetLoader } from './asset/asset.loader';
import { collectionLoader } from './collection/collection.loader';
import { customEntityLoader } from './custom-entity/custom-entity.loader';
import { customerLoader } from './customer/customer.loader';
import { administratorLoader } from './entity/administrator.loader';
import { channelLoader } from './entity/channel.loader';
import { countryLoader } from './entity/country.loader';
import { customerGroupLoader } from './entity/customer-group.loader';
import { entityDeletionLoader } from './entity/entity-deletion.loader';
import { paymentMethodLoader } from './entity/payment-method.loader';
import { promotionLoader } from './entity/promotion.loader';
import { roleLoader } from './entity/role.loader';
import { sellerLoader } from './entity/seller.loader';
import { shippingMethodLoader } from './entity/shipping-method.loader';
import { stockLocationLoader } from './entity/stock-location.loader';
import { tagLoader } from './entity/tag.loader';
import { taxCategoryLoader } from './entity/tax-category.loader';
import { taxRateLoader } from './entity/tax-rate.loader';
import { zoneLoader } from './entity/zone.loader';
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
    assetLoader,
    collectionLoader,
    customEntityLoader,
    customerLoader,
    administratorLoader,
    channelLoader,
    countryLoader,
    customerGroupLoader,
    entityDeletionLoader,
    paymentMethodLoader,
    promotionLoader,
    roleLoader,
    sellerLoader,
    shippingMethodLoader,
    stockLocationLoader,
    tagLoader,
    taxCategoryLoader,
    taxRateLoader,
    zoneLoader,
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
    assetLoader,
    collectionLoader,
    customEntityLoader,
    customerLoader,
    facetLoader,
    facetValueLoader,
    orderLoader,
    productLoader,
    productVariantLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
    variantPriceLoader,
};
