import { catalogPipeline } from './catalog-pipeline';

/** Vendure's own import format: a row with an empty name is one more variant of the product above. */
export const vendureCatalog = (path: string) => catalogPipeline('vendure-catalog', path);
