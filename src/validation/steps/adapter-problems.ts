import { Adapter, AdapterRegistry } from '../../adapters/adapter-registry';
import { AdapterType } from '../../sdk/adapter';
import { didYouMean } from '../../sdk/did-you-mean';
import { Problem, problem } from '../problem';
import { schemaProblems } from '../schema-problems';

type Path = readonly PropertyKey[];

/** The settings of an adapter stand beside its code. */
export function adapterProblems(
    type: AdapterType,
    { adapterCode, ...settings }: Record<string, unknown>,
    path: Path,
    registry: AdapterRegistry,
): Problem[] {
    const found = findAdapter(type, adapterCode, [...path, 'adapterCode'], registry);
    return 'adapter' in found ? schemaProblems(found.adapter.schema, settings, path) : [found.problem];
}

export function findAdapter(
    type: AdapterType,
    code: unknown,
    path: Path,
    registry: AdapterRegistry,
): { adapter: Adapter } | { problem: Problem } {
    const word = type.toLowerCase();
    // What DataHub makes use of itself trusts its settings and records: nobody may draw a pipeline with it.
    const offered = registry
        .all(type)
        .filter(({ internal }) => !internal)
        .map(adapter => adapter.code);
    if (typeof code !== 'string') {
        const known = offered.sort().join(', ');
        return { problem: problem(path, `The step does not say which ${word} it runs.`, `Known are: ${known}.`) };
    }
    const adapter = registry.find(type, code);
    if (adapter && !adapter.internal) return { adapter };
    return {
        problem: problem(path, `There is no ${word} with the code "${code}".`, didYouMean(code, offered)),
    };
}
