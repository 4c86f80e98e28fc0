import { isJsonObject, isTooDeep, JsonValue, MAX_JSON_DEPTH } from '../../shared/json';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { definitionSchema, PipelineDefinition, STEP_TYPES, StepType } from '../sdk/definition/definition';
import { graphProblems, ReadableEdge, ReadableStep } from './graph-problems';
import { Problem, problem } from './problem';
import { schemaProblems } from './schema-problems';
import { stepProblems } from './step-problems';

export interface DefinitionCheck {
    /** Complete with defaults; absent when there is an error. */
    definition?: PipelineDefinition;
    problems: Problem[];
}

/**
 * Checks a definition from anywhere and reports every problem at once: what one part of it is like does not hide
 * what is wrong with another. Without an error the definition is returned as it is stored and run.
 */
export function validateDefinition(input: unknown, registry: AdapterRegistry): DefinitionCheck {
    // Every check below walks the definition recursively.
    if (isTooDeep(input as JsonValue)) return { problems: [tooDeep()] };
    const problems = schemaProblems(definitionSchema, input, []);
    const steps = readableSteps(input);
    if (steps.length > 0) problems.push(...graphProblems(steps, readableEdges(input)));
    for (const step of steps) problems.push(...stepProblems(step, registry));
    if (problems.some(({ severity }) => severity === 'ERROR')) return { problems };
    return { definition: definitionSchema.parse(input), problems };
}

function tooDeep(): Problem {
    const message = `The definition is nested more than ${MAX_JSON_DEPTH} levels deep.`;
    return problem([], message, 'Split it into several steps, or read the records from a file.');
}

function readableSteps(input: unknown): ReadableStep[] {
    const steps = isJsonObject(input) ? input['steps'] : undefined;
    if (!Array.isArray(steps)) return [];
    return steps.flatMap((step: unknown, index) => {
        if (!isJsonObject(step)) return [];
        const { key, type, config = {} } = step;
        const stepType = typeof type === 'string' ? type.toUpperCase() : '';
        if (typeof key !== 'string' || !isStepType(stepType) || !isJsonObject(config)) return [];
        return [{ key, type: stepType, config, index }];
    });
}

function readableEdges(input: unknown): ReadableEdge[] | undefined {
    const edges = isJsonObject(input) ? input['edges'] : undefined;
    if (!Array.isArray(edges)) return undefined;
    return edges.flatMap((edge: unknown, index) => {
        if (!isJsonObject(edge)) return [];
        const { from, to } = edge;
        return typeof from === 'string' && typeof to === 'string' ? [{ from, to, index }] : [];
    });
}

const isStepType = (type: string): type is StepType => (STEP_TYPES as readonly string[]).includes(type);
