import { JsonObject } from '../../shared/json';
import { BuiltInOperator, builtInOperators, OperatorStep } from '../operators';

/** An operator as it stands in a TRANSFORM or ENRICH step. */
export interface AnyOperatorStep {
    op: string;
    args?: object;
}

type SettingsOf<A> = OperatorStep<A> extends { args: infer Args } ? [args: Args] : OptionalSettingsOf<A>;
type OptionalSettingsOf<A> = OperatorStep<A> extends { args?: infer Args } ? [args?: Args] : never;

type OperatorFactories = {
    readonly [A in BuiltInOperator as A['code']]: (...settings: SettingsOf<A>) => OperatorStep<A>;
};

/**
 * One function per built-in operator, typed by its settings: `operators.rename({ from: 'Title', to: 'name' })`.
 * The result also stands inside `operators.each` and `operators.when`.
 */
export const operators = Object.fromEntries(
    builtInOperators.map(({ code }) => [
        code,
        (args?: object) => (args === undefined ? { op: code } : { op: code, args }),
    ]),
) as unknown as OperatorFactories;

/** An operator that this package does not know; its settings are checked when the pipeline is validated. */
export function customOperator(op: string, args: JsonObject = {}): AnyOperatorStep {
    return { op, args };
}
