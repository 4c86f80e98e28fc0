import { orderLoader } from './order/order.loader';
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [productLoader, productVariantLoader, orderLoader] as const;

export { orderLoader, productLoader, productVariantLoader };
