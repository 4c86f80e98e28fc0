import { LEDGER_STEP } from '../../catalog/undo/ledger.extractor';
import type { PipelineDefinition } from '../../sdk/definition/definition';

/**
 * The pipeline that takes a run back. One batch at a time: what was created for products goes after the products, and
 * whether it is still used is asked of the shop as the batches before have left it.
 */
export function undoDefinition(runId: string, undone: PipelineDefinition): PipelineDefinition {
    return {
        version: 1,
        steps: [
            { key: LEDGER_STEP, type: 'EXTRACT', config: { adapterCode: 'ledger', runId } },
            { key: 'undo', type: 'LOAD', config: { adapterCode: 'undo', ...followUpsOf(undone) } },
        ],
        context: { throughput: { batchSize: undone.context.throughput.batchSize, concurrency: 1 } },
    };
}

/** Other parts of the shop learn of the undo in the way in which they learnt of the run. */
function followUpsOf({ steps }: PipelineDefinition): { events: string; searchIndex?: string } {
    const loads = steps.filter(({ type, disabled }) => type === 'LOAD' && disabled !== true);
    const chosen = (name: string, ...byWeight: (string | undefined)[]) => {
        const values = new Set(loads.map(({ config }) => config[name]));
        return byWeight.find(value => values.has(value));
    };
    const searchIndex = chosen('searchIndex', undefined, 'DIRECT', 'EVENTS', 'REINDEX', 'NONE');
    return {
        events: chosen('events', 'ALL', undefined, 'BATCH', 'NONE') ?? 'BATCH',
        ...(searchIndex === undefined ? {} : { searchIndex }),
    };
}
