import { catalogPipeline } from './catalog-pipeline';

/** Shopify's product export, without its pictures: the demo must run without a network. */
export function shopifyCatalog(path: string) {
    const pipeline = catalogPipeline('shopify-catalog', path);
    Object.assign(pipeline.definition.steps.at(-1)!.config!, { assetsMode: 'SKIP' });
    return pipeline;
}
