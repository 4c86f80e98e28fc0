import { z } from 'zod';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { createRuleCheck } from '../operators/conditions/record-rules';
import { AdapterType } from '../sdk/adapter';
import { transformStepSchema } from '../sdk/definition/transform-step';
import { validateStepSchema } from '../sdk/definition/validate-step';
import { didYouMean } from '../sdk/did-you-mean';
import { UserError } from '../sdk/errors';
import { isJsonObject } from '../../shared/json';
import { ReadableStep } from './graph-problems';
import { Problem, problem } from './problem';
import { schemaProblems } from './schema-problems';

type Path = readonly PropertyKey[];

/** What is wrong with the settings of one step. */
export function stepProblems(step: ReadableStep, registry: AdapterRegistry): Problem[] {
    const path = ['steps', step.index, 'config'];
    switch (step.type) {
        case 'TRIGGER':
            return schemaProblems(z.strictObject({}), step.config, path);
        case 'EXTRACT':
            return adapterProblems('EXTRACTOR', step.config, path, registry);
        case 'LOAD':
            return adapterProblems('LOADER', step.config, path, registry);
        case 'VALIDATE':
            return ruleProblems(step.config, path);
        case 'TRANSFORM':
        case 'ENRICH':
            return operatorProblems(step.config, path, registry);
    }
}

function adapterProblems(
    type: AdapterType,
    { adapterCode, ...settings }: Record<string, unknown>,
    path: Path,
    registry: AdapterRegistry,
): Problem[] {
    const found = findAdapter(type, adapterCode, [...path, 'adapterCode'], registry);
    return 'adapter' in found ? schemaProblems(found.adapter.schema, settings, path) : [found.problem];
}

function operatorProblems(settings: Record<string, unknown>, path: Path, registry: AdapterRegistry): Problem[] {
    const problems = schemaProblems(transformStepSchema, settings, path);
    const operators = settings['operators'];
    if (!Array.isArray(operators)) return problems;
    operators.forEach((operator: unknown, i) => {
        if (!isJsonObject(operator) || typeof operator['op'] !== 'string') return;
        const at = [...path, 'operators', i];
        const found = findAdapter('OPERATOR', operator['op'], [...at, 'op'], registry);
        if ('problem' in found) problems.push(found.problem);
        else problems.push(...argumentProblems(found.adapter, operator['args'] ?? {}, [...at, 'args']));
    });
    return problems;
}

/** The schema first; settings that pass it go to `create`, which knows more, such as whether a pattern is one. */
function argumentProblems(adapter: Adapter, args: unknown, path: Path): Problem[] {
    const problems = schemaProblems(adapter.schema, args, path);
    if (problems.length > 0 || adapter.type !== 'OPERATOR') return problems;
    return refusedBy(() => adapter.create({ config: adapter.schema.parse(args) }), path);
}

function ruleProblems(settings: Record<string, unknown>, path: Path): Problem[] {
    const problems = schemaProblems(validateStepSchema, settings, path);
    if (problems.length > 0) return problems;
    return validateStepSchema
        .parse(settings)
        .rules.flatMap((rule, i) => refusedBy(() => createRuleCheck([rule]), [...path, 'rules', i]));
}

/** Only what the user can change is a problem of the definition; an adapter that needs a running pipeline is not. */
function refusedBy(create: () => unknown, path: Path): Problem[] {
    try {
        create();
        return [];
    } catch (error) {
        return error instanceof UserError ? [problem(path, error.message, error.hint)] : [];
    }
}

function findAdapter(
    type: AdapterType,
    code: unknown,
    path: Path,
    registry: AdapterRegistry,
): { adapter: Adapter } | { problem: Problem } {
    const word = type.toLowerCase();
    if (typeof code !== 'string') {
        return {
            problem: problem(
                path,
                `The step does not say which ${word} it runs.`,
                `Known are: ${registry.codes(type).sort().join(', ')}.`,
            ),
        };
    }
    const adapter = registry.find(type, code);
    if (adapter) return { adapter };
    return {
        problem: problem(path, `There is no ${word} with the code "${code}".`, didYouMean(code, registry.codes(type))),
    };
}
