import { z } from 'zod';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { compileCondition } from '../../operators/conditions/condition';
import { createRuleCheck } from '../../operators/conditions/record-rules';
import { routeStepSchema } from '../../sdk/definition/route-step';
import { validateStepSchema } from '../../sdk/definition/validate-step';
import { Problem } from '../problem';
import { ReadableStep } from '../readable';
import { schemaProblems } from '../schema-problems';
import { adapterProblems } from './adapter-problems';
import { gateProblems } from './gate-problems';
import { operatorProblems } from './operator-problems';
import { refusedBy } from './refused-by';
import { stepOptionProblems } from './step-option-problems';

type Path = readonly PropertyKey[];

/** What is wrong with one step by itself: its settings, and how it treats what goes wrong. */
export function stepProblems(step: ReadableStep, registry: AdapterRegistry): Problem[] {
    return [...settingProblems(step, registry), ...stepOptionProblems(step, registry)];
}

function settingProblems({ type, config, index }: ReadableStep, registry: AdapterRegistry): Problem[] {
    const path = ['steps', index, 'config'];
    switch (type) {
        case 'TRIGGER':
            return schemaProblems(z.strictObject({}), config, path);
        case 'EXTRACT':
            return adapterProblems('EXTRACTOR', config, path, registry);
        case 'LOAD':
            return adapterProblems('LOADER', config, path, registry);
        case 'EXPORT':
            return adapterProblems('EXPORTER', config, path, registry);
        case 'VALIDATE':
            return ruleProblems(config, path);
        case 'TRANSFORM':
        case 'ENRICH':
            return operatorProblems(config, path, registry);
        case 'ROUTE':
            return branchProblems(config, path);
        case 'GATE':
            return gateProblems(config, path);
        case undefined:
            return [];
    }
}

function ruleProblems(settings: Record<string, unknown>, path: Path): Problem[] {
    const problems = schemaProblems(validateStepSchema, settings, path);
    if (problems.length > 0) return problems;
    return validateStepSchema
        .parse(settings)
        .rules.flatMap((rule, i) => refusedBy(() => createRuleCheck([rule]), [...path, 'rules', i]));
}

function branchProblems(settings: Record<string, unknown>, path: Path): Problem[] {
    const problems = schemaProblems(routeStepSchema, settings, path);
    if (problems.length > 0) return problems;
    return routeStepSchema
        .parse(settings)
        .branches.flatMap(({ when }, i) => refusedBy(() => compileCondition(when), [...path, 'branches', i, 'when']));
}
