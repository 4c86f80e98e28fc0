import { z } from 'zod';
import { JsonObject } from '../../shared/json';
import { ConfigSchema } from '../sdk/field';
import { isSequence, isWhole, OperatorAdapter } from '../sdk/operator';
import { Dropped, expand, Expanded, Outcome, Rejected } from '../sdk/outcome';
import { Origin } from '../sdk/record';

/** Operators inside an operator's settings: those that work on one record and at once. */
type SyncOperator = (record: JsonObject, origin: Origin) => JsonObject | Outcome;

type Declared = OperatorAdapter & { code: string };

/** How one operator stands in a definition: `{ op: 'trim', args: { … } }`; without required settings `args` may be left out. */
export type OperatorStep<A> = A extends { code: infer C; schema: infer S extends ConfigSchema }
    ? object extends z.input<S>
        ? { op: C; args?: z.input<S> }
        : { op: C; args: z.input<S> }
    : never;

/** The settings as they reach `create`: parsed, defaults filled in. */
export interface ParsedStep {
    op: string;
    args: Record<string, unknown>;
}

export function nestedSchema<const T extends readonly [Declared, ...Declared[]]>(
    adapters: T,
): z.ZodType<ParsedStep[], OperatorStep<T[number]>[]> {
    const [first, ...others] = adapters.map(operatorStepSchema) as [StepSchema, ...StepSchema[]];
    return z.array(z.discriminatedUnion('op', [first, ...others])).min(1) as unknown as z.ZodType<
        ParsedStep[],
        OperatorStep<T[number]>[]
    >;
}

type StepSchema = z.ZodObject<{ op: z.ZodLiteral<string>; args: z.ZodType }>;

/** Schema of one operator as it stands in a definition. */
export function operatorStepSchema(adapter: OperatorAdapter): StepSchema {
    const needsNothing = adapter.schema.safeParse({}).success;
    return z
        .strictObject({
            op: z.literal(adapter.code),
            args: needsNothing ? adapter.schema.prefault({}) : adapter.schema,
        })
        .meta({ description: `${adapter.name}: ${adapter.description}` });
}

/** Creates the operators once and runs them one after the other. */
export function compileNested(steps: readonly ParsedStep[], adapters: readonly Declared[]): SyncOperator {
    return chain(
        steps.map(({ op, args }) => {
            const adapter = adapters.find(candidate => candidate.code === op);
            const operator = adapter?.create({ config: args });
            if (!operator || isSequence(operator) || isWhole(operator))
                throw new Error(`"${op}" cannot run inside another operator.`);
            return operator as SyncOperator;
        }),
    );
}

function chain(operators: readonly SyncOperator[]): SyncOperator {
    return (given, origin) => {
        let record = given;
        for (let i = 0; i < operators.length; i++) {
            const result = operators[i]!(record, origin);
            if (result instanceof Expanded) return expandThrough(result, chain(operators.slice(i + 1)), origin);
            if (isOutcome(result)) return result;
            record = result;
        }
        return record;
    };
}

/** Runs the remaining operators on each of several records. One that is refused refuses all that came from its record. */
function expandThrough({ records }: Expanded, rest: SyncOperator, origin: Origin): Outcome {
    const kept: JsonObject[] = [];
    for (const record of records) {
        const result = rest(record, origin);
        if (result instanceof Rejected) return result;
        if (result instanceof Expanded) kept.push(...result.records);
        else if (!isOutcome(result)) kept.push(result);
    }
    return kept.length > 0 ? expand(kept) : new Dropped('all of its records were left out');
}

function isOutcome(result: JsonObject | Outcome): result is Outcome {
    return result instanceof Dropped || result instanceof Rejected || result instanceof Expanded;
}
