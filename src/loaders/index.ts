import { productLoader } from './product/product.loader';
import { productVariantLoader } from './product-variant/product-variant.loader';
import { sqlTableLoader } from './sql-table/sql-table.loader';

/** Every loader that DataHub brings along. */
export const builtInLoaders = [productLoader, productVariantLoader, sqlTableLoader] as const;

export { productLoader, productVariantLoader, sqlTableLoader };
