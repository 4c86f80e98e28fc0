import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Injector, RequestContext } from '@vendure/core';
import type { CatalogScope, OutboundHost } from '../catalog/catalog-scope';
import type { OutboundDatabases } from '../outbound/outbound-databases';
import type { OutboundHttp } from '../outbound/outbound-http';
import type { PipelineRun } from '../entities';
import type {
    Checkpoint,
    Clock,
    GateKeeper,
    PlanCheck,
    RemoteBatches,
    RunHooks,
    RunJournal,
    RunObserver,
    UnitOfWork,
    WholeRunner,
} from '../runtime/ports';
import { BatchWorker } from '../runtime/run/batch-worker';
import { runPipeline, type RunSetup } from '../runtime/run-pipeline';
import type { RunResult } from '../runtime/run/run-result';
import type { OutputFileAccess } from '../sdk/exporter';
import type { FileAccess } from '../sdk/extractor';
import type { SpoolFactory } from '../spool/spool-factory';
import type { PipelineDefinition } from '../sdk/definition/definition';
import { DataHubRegistryService } from './data-hub-registry.service';
import { withMissingSteps } from './missing-steps';
import { SecretService } from './secret.service';
import { SPOOL_FACTORY } from './spool/spool-provider';

/** Files that pipelines may read. */
export const FILE_ACCESS = Symbol('FILE_ACCESS');
/** Files that pipelines may write. */
export const OUTPUT_ACCESS = Symbol('OUTPUT_ACCESS');
/** Sorts, joins and groups more than fits into memory. */
export const WHOLE_RUNNER = Symbol('WHOLE_RUNNER');
/** The door to other machines. */
export const OUTBOUND_HTTP = Symbol('OUTBOUND_HTTP');

/** The door to databases of others. */
export const OUTBOUND_DATABASES = Symbol('OUTBOUND_DATABASES');

/** What it takes to write a batch of a run. */
export interface WorkerRun {
    run: Pick<PipelineRun, 'id' | 'createdAt' | 'definition' | 'dryRun'>;
    ctx: RequestContext;
    units: UnitOfWork<CatalogScope>;
    journal: RunJournal<CatalogScope>;
    hooks: RunHooks | undefined;
    /** Of a run that applies one. */
    plan: PlanCheck<CatalogScope> | undefined;
}

export interface AdapterRun extends WorkerRun {
    gates: GateKeeper<CatalogScope>;
    observer: RunObserver;
    remote: RemoteBatches<CatalogScope> | undefined;
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
        @Inject(OUTPUT_ACCESS) private readonly outputs: OutputFileAccess,
        @Inject(OUTBOUND_HTTP) private readonly http: OutboundHttp,
        @Inject(OUTBOUND_DATABASES) private readonly databases: OutboundDatabases,
        private readonly secrets: SecretService,
        @Inject(SPOOL_FACTORY) private readonly spools: SpoolFactory,
        @Inject(WHOLE_RUNNER) private readonly whole: WholeRunner,
    ) {}

    /** What a run of the pipeline does: its definition, and what settings of its loaders add to it. */
    definitionOfRun(definition: PipelineDefinition): PipelineDefinition {
        const { registry } = this.adapters;
        return withMissingSteps(definition, (code, config) => {
            const loader = registry.find('LOADER', code);
            // Other loaders may mean something else by settings of the same name.
            if (loader?.type !== 'LOADER' || !('maxMissingPercent' in loader.schema.shape)) return undefined;
            return loader.entityTypeOf?.(config) ?? loader.entityType;
        });
    }

    run(adapterRun: AdapterRun): Promise<RunResult> {
        const setup = this.setupOf(adapterRun);
        return this.adapters.withRequestContext(adapterRun.ctx, () => runPipeline<CatalogScope>(setup));
    }

    /** Writes batches of one stage of the run that another process has prepared; see {@link BatchWorker.settle}. */
    async openBatchWorker(run: WorkerRun, stage: string): Promise<BatchWorker<CatalogScope>['settle']> {
        const inContext = <T>(work: () => Promise<T>): Promise<T> => this.adapters.withRequestContext(run.ctx, work);
        const worker = await inContext(() => BatchWorker.open(this.setupOf(run), stage));
        return (batch, store) => inContext(() => worker.settle(batch, store));
    }

    private setupOf({ run, ctx, units, journal, ...more }: WorkerRun & Partial<AdapterRun>): RunSetup<CatalogScope> {
        const { definition, dryRun } = run;
        const runId = String(run.id);
        const host: OutboundHost = {
            injector: new Injector(this.moduleRef),
            ctx,
            files: this.files,
            http: this.http,
            databases: this.databases,
            secretOf: code => this.secrets.resolve(code),
            runKey: runKeyOf(run),
            dryRun,
            run: {
                id: runId,
                isResumed: more.resumeFrom !== undefined,
                log: (level, message) => journal.log(level, message),
                ...(dryRun && !more.resumeFrom ? { seen: new Map() } : {}),
            },
        };
        const { gates = noGates, hooks, observer, remote, resumeFrom, signal, plan } = more;
        const spool = this.spools.open(runId);
        return {
            runId,
            definition,
            dryRun,
            registry: this.adapters.registry,
            ports: { clock, units, journal, gates, hooks, observer, plan, remote, spool, whole: this.whole },
            files: this.files,
            outputs: this.outputs,
            host,
            // What a plan would say, the load itself says later.
            planHost: { ...host, dryRun: true, run: { id: runId, log: () => undefined } } satisfies OutboundHost,
            resumeFrom,
            signal,
        };
    }
}

/** Ids begin anew in a database that is set up again, and test and production may write to one target. */
function runKeyOf({ id, createdAt }: Pick<PipelineRun, 'id' | 'createdAt'>): string {
    return `${createdAt.getTime().toString(36)}-${id}`;
}

/** Single batches meet no gates. */
const noGates: GateKeeper<CatalogScope> = {
    decision: () => Promise.resolve(undefined),
    open: () => Promise.resolve(),
    previousCounts: () => Promise.resolve(undefined),
};

const clock: Clock = {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
        await sleep(ms, undefined, { signal });
    },
};
