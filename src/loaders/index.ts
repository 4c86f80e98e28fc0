import { customerLoader } from './customer/customer.loader';
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [productLoader, productVariantLoader, customerLoader] as const;

export { customerLoader, productLoader, productVariantLoader };
