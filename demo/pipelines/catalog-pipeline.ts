import type { CodeFirstPipeline } from '../../src';
import { magento } from '../../src/mappers/file-styles/magento-catalog';
import { shopify, shopifyTemplate } from '../../src/mappers/file-styles/shopify-catalog';
import { vendure } from '../../src/mappers/file-styles/vendure-catalog';
import { woocommerce } from '../../src/mappers/file-styles/woocommerce-catalog';

const known = {
    'magento-catalog': magento,
    'shopify-catalog': shopify,
    'shopify-template-catalog': shopifyTemplate,
    'vendure-catalog': vendure,
    'woocommerce-catalog': woocommerce,
};

export type CatalogPipeline = keyof typeof known;

/** One of the known pipelines that come with DataHub, for the catalog at `path`; `settings` are further ones of the extractor. */
export function catalogPipeline(code: CatalogPipeline, path: string, settings: object = {}): CodeFirstPipeline {
    const pipeline = structuredClone(known[code]) as unknown as CodeFirstPipeline;
    Object.assign(pipeline.definition.steps[0]!.config!, { path, ...settings });
    return pipeline;
}
