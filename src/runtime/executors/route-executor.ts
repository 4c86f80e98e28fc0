import { compileCondition } from '../../operators/conditions/condition';
import type { StepDefinition } from '../../sdk/definition/definition';
import { routeStepSchema } from '../../sdk/definition/route-step';
import type { PipelineRecord } from '../../sdk/record';
import type { Tally } from '../batch/tally';
import { parseSettings } from '../graph/step-settings';

/** Records by the branch that they take; those of no branch are under undefined. */
export type Routed = ReadonlyMap<string | undefined, PipelineRecord[]>;

/** Runs a ROUTE step: each record takes the first branch whose condition holds, and only that one. */
export class RouteExecutor {
    private readonly branches: { name: string; fits: ReturnType<typeof compileCondition> }[];

    constructor(
        private readonly step: StepDefinition,
        /** Whether anything receives the records that no branch takes; else they are dropped and counted. */
        private readonly hasDefault: boolean,
    ) {
        const { branches } = parseSettings(routeStepSchema, step.config, step, `The ROUTE step "${step.key}"`);
        this.branches = branches.map(({ name, when }) => ({ name, fits: compileCondition(when) }));
    }

    route(records: readonly PipelineRecord[], tally: Tally): Routed {
        const routed = new Map<string | undefined, PipelineRecord[]>();
        const counts = tally.of(this.step.key);
        counts.in += records.length;
        for (const record of records) {
            const name = this.branches.find(({ fits }) => fits(record.data))?.name;
            if (name === undefined && !this.hasDefault) {
                counts.dropped++;
                continue;
            }
            counts.out++;
            const present = routed.get(name);
            if (present) present.push(record);
            else routed.set(name, [record]);
        }
        return routed;
    }
}
