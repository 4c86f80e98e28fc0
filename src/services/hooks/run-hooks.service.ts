import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ConfigService, EventBus, Injector, RequestContext, TransactionalConnection } from '@vendure/core';
import { Pipeline, type PipelineRun } from '../../entities';
import { createRunHooks, type DefinedHooks } from '../../hooks/run-hooks';
import type { Script } from '../../hooks/script';
import type { OutboundHttp } from '../../outbound/outbound-http';
import type { RunJournal } from '../../runtime/ports';
import { OUTBOUND_HTTP } from '../adapter-runtime.service';
import { DATA_HUB_OPTIONS, type ResolvedDataHubOptions } from '../data-hub-options';
import type { RunWatch } from '../run-watch';
import { SecretService } from '../secret.service';
import { DataHubHookEvent } from './hook.event';
import { triggeredByHook } from './hook-chain';
import { RunTrigger } from './run-trigger';

export interface HookedRun {
    run: PipelineRun;
    ctx: RequestContext;
    journal: Pick<RunJournal<unknown>, 'log'>;
    watch: Pick<RunWatch, 'signal' | 'goesOnElsewhere'>;
    /** Of whoever only writes batches of the run, instead of its fencing number. */
    attempt?: string;
}

/** Gives hooks of runs what they need of the shop. */
@Injectable()
export class RunHooksService {
    readonly trigger: RunTrigger;

    constructor(
        private readonly moduleRef: ModuleRef,
        private readonly connection: TransactionalConnection,
        private readonly eventBus: EventBus,
        private readonly config: ConfigService,
        private readonly secrets: SecretService,
        @Inject(OUTBOUND_HTTP) private readonly http: OutboundHttp,
        @Inject(DATA_HUB_OPTIONS) private readonly options: ResolvedDataHubOptions,
    ) {
        this.trigger = new RunTrigger(connection);
    }

    /** Undefined for a definition without hooks. Throws a UserError when one of them cannot work. */
    async open({ run, ctx, journal, watch, attempt }: HookedRun): Promise<DefinedHooks | undefined> {
        const { hooks } = run.definition;
        if (!hooks?.length) return undefined;
        const { code, name } = await this.connection.rawConnection
            .getRepository(Pipeline)
            .findOneByOrFail({ id: run.pipelineId });
        const id = String(this.config.entityOptions.entityIdStrategy?.encodeId(run.id) ?? run.id);
        return createRunHooks(hooks, {
            run: {
                id,
                pipeline: { code, name },
                kind: run.kind,
                dryRun: run.dryRun,
                attempt: attempt ?? String(run.leaseToken),
            },
            log: (level, message, place) => journal.log(level, message, place),
            http: this.http,
            secret: secretCode => this.secrets.resolve(secretCode),
            emit: async (event, { stage, step, payload }) =>
                this.eventBus.publish(new DataHubHookEvent(ctx, event, run.id, stage, step, payload)),
            trigger: pipelineCode => this.trigger.enqueue(ctx, pipelineCode, triggeredByHook(run)),
            scripts: this.scriptsFor(ctx),
            signal: watch.signal,
            goesOnElsewhere: () => watch.goesOnElsewhere,
        });
    }

    private scriptsFor(ctx: RequestContext): ReadonlyMap<string, Script> {
        const injector = new Injector(this.moduleRef);
        const given = Object.entries(this.options.scripts);
        return new Map(given.map(([name, script]) => [name, call => script({ ...call, ctx, injector })]));
    }
}
