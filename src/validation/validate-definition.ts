import { isJsonObject, isTooDeep, JsonValue, MAX_JSON_DEPTH } from '../../shared/json';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { definitionSchema, PipelineDefinition } from '../sdk/definition/definition';
import { graphProblems } from './graph/graph-problems';
import { hookProblems } from './hook-problems';
import { Problem, problem } from './problem';
import { readableEdges, readableSteps } from './readable';
import { schemaProblems } from './schema-problems';
import { stepProblems } from './steps/step-problems';
import { toleranceProblems } from './tolerance-problems';

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
    problems.push(...hookProblems(input, steps), ...contextProblems(input));
    if (problems.some(({ severity }) => severity === 'ERROR')) return { problems };
    return { definition: definitionSchema.parse(input), problems };
}

function tooDeep(): Problem {
    const message = `The definition is nested more than ${MAX_JSON_DEPTH} levels deep.`;
    return problem([], message, 'Split it into several steps, or read the records from a file.');
}

function contextProblems(input: unknown): Problem[] {
    const context = isJsonObject(input) ? input['context'] : undefined;
    const errorHandling = isJsonObject(context) ? context['errorHandling'] : undefined;
    if (!isJsonObject(errorHandling)) return [];
    return toleranceProblems(errorHandling['tolerance'], ['context', 'errorHandling', 'tolerance']);
}
