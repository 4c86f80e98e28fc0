import { CurrencyCode, type ID, LanguageCode } from '@vendure/core';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Pipeline, PipelineRun } from '../../src/entities';
import { type PipelineDefinition, definitionSchema } from '../../src/sdk/definition/definition';

const anyDefinition: PipelineDefinition = definitionSchema.parse({
    version: 1,
    steps: [{ key: 'source', type: 'EXTRACT', config: { adapterCode: 'inMemory', records: [] } }],
});

/** A pipeline as a row, without the services. */
export async function pipelineRow(dataSource: DataSource): Promise<ID> {
    const pipeline = Object.assign(new Pipeline(), { code: randomUUID(), name: 'Test', definition: anyDefinition });
    return (await dataSource.getRepository(Pipeline).save(pipeline)).id;
}

/** A waiting run as a row, without a job. */
export async function pendingRun(dataSource: DataSource, pipelineId: ID, values: object = {}): Promise<ID> {
    const run = Object.assign(new PipelineRun(), {
        pipelineId,
        revision: 1,
        definition: anyDefinition,
        status: 'PENDING',
        triggeredBy: 'test',
        channelId: 1,
        languageCode: LanguageCode.en,
        currencyCode: CurrencyCode.EUR,
        userId: null,
        ...values,
    });
    return (await dataSource.getRepository(PipelineRun).save(run)).id;
}
