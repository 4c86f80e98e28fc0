import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Injector, RequestContext } from '@vendure/core';
import type { CatalogHost, CatalogScope } from '../catalog/catalog-scope';
import type { OutboundHttp } from '../outbound/outbound-http';
import type { Checkpoint, Clock, RunJournal, UnitOfWork } from '../runtime/ports';
import { runPipeline } from '../runtime/run-pipeline';
import type { RunResult } from '../runtime/run/run-result';
import type { PipelineDefinition } from '../sdk/definition/definition';
import type { FileAccess } from '../sdk/extractor';
import { DataHubRegistryService } from './data-hub-registry.service';

/** Files that pipelines may read. */
export const FILE_ACCESS = Symbol('FILE_ACCESS');
/** The door to other machines. */
export const OUTBOUND_HTTP = Symbol('OUTBOUND_HTTP');

export interface AdapterRun {
    definition: PipelineDefinition;
    ctx: RequestContext;
    dryRun: boolean;
    units: UnitOfWork<CatalogScope>;
    journal: RunJournal<CatalogScope>;
    resumeFrom: Checkpoint | undefined;
    signal: AbortSignal;
}

/** Executes adapters: hands the engine what this application offers it. */
@Injectable()
export class AdapterRuntimeService {
    constructor(
        private readonly moduleRef: ModuleRef,
        private readonly adapters: DataHubRegistryService,
        @Inject(FILE_ACCESS) private readonly files: FileAccess,
        @Inject(OUTBOUND_HTTP) private readonly http: OutboundHttp,
    ) {}

    run({ definition, ctx, dryRun, units, journal, resumeFrom, signal }: AdapterRun): Promise<RunResult> {
        const host: CatalogHost = {
            injector: new Injector(this.moduleRef),
            ctx,
            files: this.files,
            http: this.http,
            dryRun,
        };
        return this.adapters.withRequestContext(ctx, () =>
            runPipeline<CatalogScope>({
                definition,
                dryRun,
                registry: this.adapters.registry,
                ports: { clock, units, journal },
                files: this.files,
                host,
                resumeFrom,
                signal,
            }),
        );
    }
}

const clock: Clock = {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
        await sleep(ms, undefined, { signal });
    },
};
