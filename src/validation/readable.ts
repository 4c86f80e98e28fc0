import { isJsonObject } from '../../shared/json';
import { EdgeDefinition, STEP_TYPES, StepType } from '../sdk/definition/definition';

/** A step as far as it can be read; problems with the rest of it are reported by the schema. */
export interface ReadableStep {
    key: string;
    /** Undefined when it is none that is known. */
    type: StepType | undefined;
    config: Record<string, unknown>;
    /** The step as it was given. */
    given: Record<string, unknown>;
    /** Position in the definition's list. */
    index: number;
}

export interface ReadableEdge extends EdgeDefinition {
    /** Position in the definition's list. */
    index: number;
}

export function readableSteps(input: unknown): ReadableStep[] {
    return listIn(input, 'steps').flatMap((step, index) => {
        if (!isJsonObject(step)) return [];
        const { key, type, config } = step;
        if (typeof key !== 'string') return [];
        return [{ key, type: stepType(type), config: isJsonObject(config) ? config : {}, given: step, index }];
    });
}

/** Undefined when the definition draws none, which is not the same as an empty list. */
export function readableEdges(input: unknown): ReadableEdge[] | undefined {
    if (!isJsonObject(input) || !Array.isArray(input['edges'])) return undefined;
    return listIn(input, 'edges').flatMap((edge, index) => {
        if (!isJsonObject(edge)) return [];
        const { from, to, branch, dependencyOnly } = edge;
        if (typeof from !== 'string' || typeof to !== 'string') return [];
        return [
            {
                from,
                to,
                index,
                ...(typeof branch === 'string' ? { branch } : {}),
                ...(dependencyOnly === true ? { dependencyOnly } : {}),
            },
        ];
    });
}

export function listIn(input: unknown, key: string): unknown[] {
    const list = isJsonObject(input) ? input[key] : undefined;
    return Array.isArray(list) ? list : [];
}

function stepType(type: unknown): StepType | undefined {
    const upper = typeof type === 'string' ? type.toUpperCase() : '';
    return STEP_TYPES.find(known => known === upper);
}
