/** `@vendure/data-hub/sdk`: what custom adapters and pipelines in code are written with. Loads neither Vendure nor the plugin. */
export * from './dsl';
export * from './sdk/adapter';
export * from './sdk/change-set';
export * from './sdk/definition/definition';
export * from './sdk/doors';
export * from './sdk/errors';
export * from './sdk/exporter';
export * from './sdk/extractor';
export * from './sdk/field';
export * from './sdk/loader';
export * from './sdk/operator';
export * from './sdk/outcome';
export * from './sdk/record';
export { DataHubRegistryService } from './services/data-hub-registry.service';
export { getPath, removePath, setPath } from '../shared/path';
export type { JsonObject, JsonPrimitive, JsonValue } from '../shared/json';
