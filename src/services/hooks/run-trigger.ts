import type { ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { Pipeline, type PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';
import { checkChain } from './hook-chain';

type Enqueue = (ctx: RequestContext, pipelineId: ID, options: { triggeredBy: string }) => Promise<PipelineRun>;

/** Asks for runs of other pipelines, in the channel and language and for the user of the run whose hook asks. */
export class RunTrigger {
    private addRun: Enqueue | undefined;

    constructor(private readonly connection: TransactionalConnection) {}

    /** What starts runs also executes them, hooks included, so it connects itself. */
    connect(addRun: Enqueue): void {
        this.addRun = addRun;
    }

    /** Resolves with a sentence for the log. */
    async enqueue(ctx: RequestContext, pipelineCode: string, triggeredBy: string): Promise<string> {
        checkChain(triggeredBy, pipelineCode);
        const pipeline = await this.connection.rawConnection.getRepository(Pipeline).findOneBy({ code: pipelineCode });
        if (!pipeline) throw noSuchPipeline(pipelineCode);
        const run = await this.addRun!(ctx, pipeline.id, { triggeredBy });
        return `A hook asked for run ${run.id} of the pipeline "${pipelineCode}".`;
    }
}

function noSuchPipeline(code: string): UserError {
    return new UserError(
        'unknown-pipeline',
        `There is no pipeline with the code "${code}".`,
        'Correct "pipelineCode" of the hook, or create the pipeline.',
    );
}
