import { assetLoader } from './asset/asset.loader';
import { collectionLoader } from './collection/collection.loader';
import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [productLoader, productVariantLoader, collectionLoader, assetLoader] as const;

export { assetLoader, collectionLoader, productLoader, productVariantLoader };
