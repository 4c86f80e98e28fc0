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
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [
    productLoader,
    productVariantLoader,
    taxCategoryLoader,
    zoneLoader,
    countryLoader,
    taxRateLoader,
    tagLoader,
    stockLocationLoader,
    sellerLoader,
    channelLoader,
    shippingMethodLoader,
    paymentMethodLoader,
    promotionLoader,
    roleLoader,
    administratorLoader,
    customerGroupLoader,
    entityDeletionLoader,
] as const;

export { productLoader, productVariantLoader };
