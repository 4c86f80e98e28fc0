import { isJsonObject } from '../../../shared/json';
import { Adapter, AdapterRegistry } from '../../adapters/adapter-registry';
import { transformStepSchema } from '../../sdk/definition/transform-step';
import { Problem, problem } from '../problem';
import { schemaProblems } from '../schema-problems';
import { findAdapter } from './adapter-problems';
import { refusedBy } from './refused-by';

type Path = readonly PropertyKey[];

export function operatorProblems(settings: Record<string, unknown>, path: Path, registry: AdapterRegistry): Problem[] {
    const problems = schemaProblems(transformStepSchema, settings, path);
    const operators = settings['operators'];
    if (!Array.isArray(operators)) return problems;
    operators.forEach((operator: unknown, i) => {
        if (!isJsonObject(operator) || typeof operator['op'] !== 'string') return;
        const at = [...path, 'operators', i];
        const found = findAdapter('OPERATOR', operator['op'], [...at, 'op'], registry);
        if ('problem' in found) problems.push(found.problem);
        else problems.push(...argumentProblems(found.adapter, operator['args'] ?? {}, [...at, 'args'], registry));
    });
    return problems;
}

/** The schema first; settings that pass it go to `create`, which knows more, such as whether a pattern is one. */
function argumentProblems(adapter: Adapter, args: unknown, path: Path, registry: AdapterRegistry): Problem[] {
    const barriers = innerBarriers(args, path, registry);
    const told = new Set(barriers.map(each => each.path));
    const problems = [...barriers, ...schemaProblems(adapter.schema, args, path).filter(each => !told.has(each.path))];
    if (problems.length > 0 || adapter.type !== 'OPERATOR') return problems;
    return refusedBy(() => adapter.create({ config: adapter.schema.parse(args) }), path);
}

/** Operators inside the settings of this one that need the whole input, of which nothing can be inside another. */
function innerBarriers(args: unknown, path: Path, registry: AdapterRegistry): Problem[] {
    if (typeof args !== 'object' || args === null) return [];
    const inner = Array.isArray(args)
        ? args.map((member: unknown, i) => ({ member, at: [...path, i] }))
        : Object.entries(args as Record<string, unknown>).map(([key, member]) => ({ member, at: [...path, key] }));
    return inner.flatMap(({ member, at }) => {
        const isStep = Array.isArray(args) && isJsonObject(member) && typeof member['op'] === 'string';
        const found = innerBarriers(member, at, registry);
        return isStep ? [...barrierProblem(member['op'] as string, [...at, 'op'], registry), ...found] : found;
    });
}

function barrierProblem(code: string, path: Path, registry: AdapterRegistry): Problem[] {
    const adapter = registry.find('OPERATOR', code);
    if (adapter?.type !== 'OPERATOR' || !adapter.barrier) return [];
    const message = `"${code}" needs all records of the run, so it cannot stand inside another operator.`;
    return [problem(path, message, 'Put it into the list of the step itself.')];
}
