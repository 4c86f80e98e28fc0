import { EntityMetadataModifier, ProductVariant } from '@vendure/core';
import { Index } from 'typeorm';

const SKU_INDEX = 'IDX_product_variant_sku';

/**
 * For `entityOptions.metadataModifiers`: an index on the SKU of variants, which Vendure does not have. Imports work without
 * it; with it a batch that names some hundred SKUs no longer reads every variant of a large shop.
 */
export const skuIndex: EntityMetadataModifier = metadata => {
    // The metadata is that of the whole process, which may start several times in tests.
    if (metadata.indices.some(({ name }) => name === SKU_INDEX)) return;
    Index(SKU_INDEX)(ProductVariant.prototype, 'sku');
};
