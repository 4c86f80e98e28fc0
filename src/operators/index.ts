import { when } from './flow/when.operator';
import { each } from './list/each.operator';
import { plainOperators } from './plain-operators';
import { dedupe } from './rows/dedupe.operator';
import { group } from './rows/group.operator';
import { aggregate } from './whole/aggregate.operator';
import { distinct } from './whole/distinct.operator';
import { join } from './whole/join.operator';
import { sort } from './whole/sort.operator';

/** Every operator that comes with DataHub; a tuple, so that codes and settings are known to the compiler. */
export const builtInOperators = [
    ...plainOperators,
    when,
    each,
    group,
    dedupe,
    sort,
    join,
    aggregate,
    distinct,
] as const;

export type BuiltInOperator = (typeof builtInOperators)[number];
export { operatorStepSchema, type OperatorStep } from './nested-operators';
