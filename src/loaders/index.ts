import { facetLoader } from './facet/facet.loader';
import { facetValueLoader } from './facet-value/facet-value.loader';
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';
import { stockAdjustmentLoader } from './stock-adjustment/stock-adjustment.loader';
import { stockLevelLoader } from './stock-level/stock-level.loader';
import { variantPriceLoader } from './variant-price/variant-price.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [
    productLoader,
    productVariantLoader,
    facetLoader,
    facetValueLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
    variantPriceLoader,
] as const;

export {
    facetLoader,
    facetValueLoader,
    productLoader,
    productVariantLoader,
    stockAdjustmentLoader,
    stockLevelLoader,
    variantPriceLoader,
};
