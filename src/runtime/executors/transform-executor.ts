import type { JsonObject } from '../../../shared/json';
import { createRuleCheck } from '../../operators/conditions/record-rules';
import type { OperatorConfig, StepDefinition } from '../../sdk/definition/definition';
import { validateStepSchema } from '../../sdk/definition/validate-step';
import { asDataHubError, Defect } from '../../sdk/errors';
import { isWhole } from '../../sdk/operator';
import { reject, Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import type { AdapterLookup } from '../adapter-lookup';
import { located } from '../batch/located-error';
import type { Tally } from '../batch/tally';
import type { StepRetries } from '../errors/step-retries';
import { withinStepTime } from '../errors/step-time';
import type { GraphNode } from '../graph/graph';
import { parseSettings } from '../graph/step-settings';
import { NamedOperator, OperatorChain } from './operator-chain';

/** Runs a TRANSFORM, ENRICH or VALIDATE step. Batches must come in order: operators may remember records. */
export class TransformExecutor {
    private readonly chain: OperatorChain;

    constructor(
        private readonly step: StepDefinition,
        registry: AdapterLookup,
        /** The part of the step that runs here: one that is cut at its barriers runs in several places. */
        private readonly piece: Pick<GraphNode, 'operators' | 'isFirst' | 'isLast'>,
        /** `signal` ends a batch that is under way, with its reason. */
        private readonly supervision: { signal?: AbortSignal; retries?: StepRetries } = {},
    ) {
        const { retries } = supervision;
        this.chain = new OperatorChain(step.key, operatorsOf(step, piece.operators, registry), retries);
    }

    async run(records: readonly PipelineRecord[], last: boolean, tally: Tally): Promise<PipelineRecord[]> {
        const kept = await withinStepTime(this.step, this.supervision.signal, signal =>
            this.chain.run(records, last, tally, signal),
        );
        const counts = tally.of(this.step.key);
        if (this.piece.isFirst) counts.in += records.length;
        if (this.piece.isLast) counts.out += kept.length;
        return kept;
    }
}

function operatorsOf(
    step: StepDefinition,
    operators: readonly OperatorConfig[],
    registry: AdapterLookup,
): NamedOperator[] {
    if (step.disabled) return [];
    if (step.type === 'VALIDATE') return [validation(step)];
    return operators.map(({ op, args }) => {
        try {
            const adapter = registry.operator(op);
            const config = parseSettings(adapter.schema, args, step, `The operator "${op}" of step "${step.key}"`);
            const operator = adapter.create({ config });
            if (isWhole(operator)) throw notHere(op);
            return { code: op, operator };
        } catch (thrown) {
            throw located(asDataHubError(thrown), { step: step.key });
        }
    });
}

/** The graph cuts steps at operators that declare themselves as barriers; this one does not. */
function notHere(op: string): Defect {
    return new Defect(
        'undeclared-barrier',
        `The operator "${op}" needs all its input at once, but is not declared as a barrier.`,
        'Add "barrier: true" to its declaration.',
    );
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
