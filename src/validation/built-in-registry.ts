import { AdapterRegistry } from '../adapters/adapter-registry';
import { builtInExporters } from '../exporters';
import { builtInExtractors } from '../extractors';
import { builtInLoaders } from '../loaders';
import { builtInOperators } from '../operators';

/** Exactly the adapters that come with DataHub, for everything that describes them: schema, reference, conformance. */
export function builtInRegistry(): AdapterRegistry {
    return new AdapterRegistry().register(
        ...builtInExtractors,
        ...builtInOperators,
        ...builtInLoaders,
        ...builtInExporters,
    );
}
