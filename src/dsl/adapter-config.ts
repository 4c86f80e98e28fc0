import type { z } from 'zod';
import { JsonObject } from '../../shared/json';
// Types only: pipelines are written without loading parsers, loaders or Vendure.
import type { builtInExporters } from '../exporters';
import type { builtInExtractors } from '../extractors';
import type { builtInLoaders } from '../loaders';
import type { ConfigSchema } from '../sdk/field';

type BuiltInExtractor = (typeof builtInExtractors)[number];
type BuiltInExporter = (typeof builtInExporters)[number];
type BuiltInLoader = (typeof builtInLoaders)[number];

/** `adapterCode` decides which other settings there are. */
type ConfigByCode<A> = A extends { code: infer C; schema: infer S extends ConfigSchema }
    ? { adapterCode: C } & z.input<S>
    : never;

export type ExtractStepConfig = ConfigByCode<BuiltInExtractor> | CustomAdapterConfig;
export type LoadStepConfig = ConfigByCode<BuiltInLoader> | CustomAdapterConfig;
export type ExportStepConfig = ConfigByCode<BuiltInExporter> | CustomAdapterConfig;

declare const customMark: unique symbol;

/** Made by {@link customAdapter} only, so that a misspelt built-in code does not pass as a custom one. */
export interface CustomAdapterConfig {
    readonly adapterCode: string;
    readonly [customMark]: true;
}

/** An extractor, loader or exporter that this package does not know; its settings are checked when the pipeline is validated. */
export function customAdapter(adapterCode: string, settings: JsonObject = {}): CustomAdapterConfig {
    return { ...settings, adapterCode } as unknown as CustomAdapterConfig;
}
