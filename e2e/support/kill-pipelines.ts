import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import type { PipelineDefinitionInput } from '../../src/sdk/definition/definition';

interface CodePipeline {
    code: string;
    name: string;
    definition: PipelineDefinitionInput;
}

interface PipelineSettings {
    file: string;
    batchSize: number;
}

/** The part of the catalog that a later delivery of the whole source still has; who runs `disable-missing` or `delete-missing` writes it. */
export const FEWER_FILE = 'fewer.csv';

/** What the `staged` pipeline does to every product besides importing it. */
export const CHECKED = 'Checked: ';
export const PUBLISHED = 'Published ';

/** Pipelines that workers run while they are killed; all of them import a catalog in Vendure's format. */
export function killPipelines({ file, batchSize }: PipelineSettings, changedFile?: string): CodePipeline[] {
    const throughput = { batchSize, concurrency: 2 };
    const plain = (code: string, path: string, context: PipelineDefinitionInput['context']): CodePipeline => {
        const { steps } = vendureCatalog(path).definition;
        return { code, name: code, definition: { version: 1, steps, context } };
    };
    return [
        plain('plain', file, { throughput }),
        plain('distributed', file, { throughput: { batchSize, concurrency: 4 }, execution: 'DISTRIBUTED' }),
        ...(changedFile === undefined ? [] : [plain('changed', changedFile, { throughput })]),
        { code: 'deliveries', name: 'deliveries', definition: deliveries(file, throughput) },
        { code: 'staged', name: 'staged', definition: staged(file, throughput) },
        ...fullSources(file, throughput),
    ];
}

/** The whole of a source, and what becomes of that which a later delivery has no longer; the limit has no room to spare. */
function fullSources(path: string, throughput: { batchSize: number; concurrency: number }): CodePipeline[] {
    const pipeline = (code: string, from: string, config: object, step: object = {}): CodePipeline => {
        const steps = vendureCatalog(from).definition.steps.map(each =>
            each.type === 'LOAD' ? { ...each, ...step, config: { ...each.config, source: 'shop', ...config } } : each,
        );
        return {
            code,
            name: code,
            definition: { version: 1, steps, context: { throughput } },
        };
    };
    const missing = (onMissing: string) => ({ onMissing, maxMissingPercent: 50 });
    return [
        pipeline('sourced', path, missing('DISABLE')),
        pipeline('disable-missing', FEWER_FILE, missing('DISABLE')),
        pipeline('delete-missing', FEWER_FILE, missing('DELETE'), { guards: { maxDeleted: 0 } }),
    ];
}

/** The stock of the catalog comes in once more, as differences. */
function deliveries(file: string, throughput: { batchSize: number; concurrency: number }): PipelineDefinitionInput {
    const fields = { sku: 'sku', stockOnHand: 'delta' };
    return {
        version: 1,
        steps: [
            { key: 'read', type: 'EXTRACT', config: { adapterCode: 'file', path: file, format: 'CSV' } },
            {
                key: 'shape',
                type: 'TRANSFORM',
                config: {
                    operators: [
                        { op: 'map', args: { fields } },
                        { op: 'toNumber', args: { path: 'delta', integer: true } },
                    ],
                },
            },
            { key: 'deliver', type: 'LOAD', config: { adapterCode: 'stockAdjustment' } },
        ],
        context: { throughput },
    };
}

/**
 * Everything that can stand between two stages: a LOAD that fills the spool behind it, a gate with a plan of the LOAD behind
 * it, a barrier, and guards that no plan passes.
 */
function staged(file: string, throughput: { batchSize: number; concurrency: number }): PipelineDefinitionInput {
    const { steps } = vendureCatalog(file).definition;
    const prefix = (field: string, text: string) => ({ op: 'prefix', args: { paths: [field], text } });
    // Of variants the later loads say nothing but their names, so that they change products only.
    const slim = { op: 'pick', args: { paths: ['slug', 'name', 'description'] } };
    const load = { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' };
    return {
        version: 1,
        steps: [
            ...steps,
            { key: 'gate', type: 'GATE', config: { approvalType: 'MANUAL' } },
            { key: 'slim', type: 'TRANSFORM', config: { operators: [slim, prefix('description', CHECKED)] } },
            { key: 'check', type: 'LOAD', config: load },
            {
                key: 'order',
                type: 'TRANSFORM',
                config: { operators: [{ op: 'sort', args: { by: [{ field: 'description', direction: 'DESC' }] } }] },
            },
            { key: 'rename', type: 'TRANSFORM', config: { operators: [prefix('name', PUBLISHED)] } },
            { key: 'publish', type: 'LOAD', config: load, guards: { maxChangedPercent: 0 } },
        ],
        context: { throughput },
    };
}
