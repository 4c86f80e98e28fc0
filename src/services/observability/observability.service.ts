import { Inject, Injectable } from '@nestjs/common';
import { TransactionalConnection } from '@vendure/core';
import { Pipeline, type PipelineRun } from '../../entities';
import { RunObservation } from './run-observation';
import type { Telemetry } from './telemetry';

/** Injection token of the {@link Telemetry} of this process. */
export const TELEMETRY = Symbol('TELEMETRY');

/** Watches runs that this process executes. */
@Injectable()
export class ObservabilityService {
    constructor(
        private readonly connection: TransactionalConnection,
        @Inject(TELEMETRY) private readonly telemetry: Telemetry,
    ) {}

    async open(run: PipelineRun): Promise<RunObservation> {
        const { code } = await this.connection.rawConnection
            .getRepository(Pipeline)
            .findOneByOrFail({ id: run.pipelineId });
        const extracts = run.definition.steps.filter(({ type }) => type === 'EXTRACT');
        return new RunObservation(this.telemetry, {
            id: String(run.id),
            pipeline: code,
            dryRun: run.dryRun,
            extracting: new Set(extracts.map(({ key }) => key)),
        });
    }
}
