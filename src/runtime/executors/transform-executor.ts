import type { JsonObject } from '../../../shared/json';
import { createRuleCheck } from '../../operators/conditions/record-rules';
import type { StepDefinition } from '../../sdk/definition/definition';
import { validateStepSchema } from '../../sdk/definition/validate-step';
import { asDataHubError } from '../../sdk/errors';
import { reject, Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import type { AdapterLookup } from '../adapter-lookup';
import { located } from '../batch/located-error';
import type { Tally } from '../batch/tally';
import { operatorSettings, parseSettings } from '../graph/step-settings';
import { NamedOperator, OperatorChain } from './operator-chain';

/** Runs a TRANSFORM, ENRICH or VALIDATE step. Batches must come in order: operators may remember records. */
export class TransformExecutor {
    private readonly chain: OperatorChain;

    constructor(
        private readonly step: StepDefinition,
        registry: AdapterLookup,
    ) {
        this.chain = new OperatorChain(step.key, operatorsOf(step, registry));
    }

    async run(records: readonly PipelineRecord[], last: boolean, tally: Tally): Promise<PipelineRecord[]> {
        const kept = await this.chain.run(records, last, tally);
        const counts = tally.of(this.step.key);
        counts.in += records.length;
        counts.out += kept.length;
        return kept;
    }
}

function operatorsOf(step: StepDefinition, registry: AdapterLookup): NamedOperator[] {
    if (step.type === 'VALIDATE') return [validation(step)];
    return operatorSettings(step).map(({ op, args }) => {
        try {
            const adapter = registry.operator(op);
            const config = parseSettings(adapter.schema, args, step, `The operator "${op}" of step "${step.key}"`);
            return { code: op, operator: adapter.create({ config }) };
        } catch (thrown) {
            throw located(asDataHubError(thrown), { step: step.key });
        }
    });
}

function validation(step: StepDefinition): NamedOperator {
    const who = `The VALIDATE step "${step.key}"`;
    const check = createRuleCheck(parseSettings(validateStepSchema, step.config, step, who).rules);
    const operator = (record: JsonObject): JsonObject | Rejected => {
        const error = check(record);
        return error ? reject(error) : record;
    };
    return { code: 'validate', operator };
}
