import type { ExporterAdapter } from '../sdk/exporter';
import type { ExtractorAdapter } from '../sdk/extractor';
import type { LoaderAdapter } from '../sdk/loader';
import type { OperatorAdapter } from '../sdk/operator';

/** What the engine needs of the adapter registry. An unknown code is a UserError. */
export interface AdapterLookup {
    extractor(code: string): ExtractorAdapter;
    operator(code: string): OperatorAdapter;
    loader(code: string): LoaderAdapter;
    exporter(code: string): ExporterAdapter;
}
