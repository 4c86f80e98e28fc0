import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus, type Job, JobQueueService, Logger } from '@vendure/core';
import { loggerCtx } from '../services/data-hub-options';
import { PipelineRunnerService } from '../services/pipeline-runner.service';
import { RunDispatcher, type RunJobData } from '../services/run-dispatcher';
import { RunsWaitingEvent } from '../services/runs-waiting.event';

const RUN_QUEUE = 'data-hub-run';

/**
 * The job queue `data-hub-run`: one job is one run. It exists in server and worker; whoever starts job queues executes.
 *
 * Vendure's queues take one job at a time by default, so a long run keeps runs of other pipelines waiting. Give this
 * queue more: `DefaultJobQueuePlugin.init({ concurrency: name => (name === 'data-hub-run' ? 4 : 1) })`, or more workers.
 */
@Injectable()
export class RunQueue implements OnModuleInit {
    constructor(
        private readonly jobQueues: JobQueueService,
        private readonly eventBus: EventBus,
        private readonly runner: PipelineRunnerService,
        private readonly dispatcher: RunDispatcher,
    ) {}

    async onModuleInit(): Promise<void> {
        const queue = await this.jobQueues.createQueue<RunJobData>({
            name: RUN_QUEUE,
            process: job => this.process(job),
        });
        this.dispatcher.connect(async data => {
            // The run table repeats what must be repeated; a retry of the queue would only get in its way.
            await queue.add(data, { retries: 0 });
        });
        this.eventBus.ofType(RunsWaitingEvent).subscribe(({ pipelineId }) => {
            this.dispatcher.dispatchNext(pipelineId).catch((error: unknown) => {
                Logger.warn(`A run of pipeline ${pipelineId} gets its job a little later: ${String(error)}`, loggerCtx);
            });
        });
    }

    private async process(job: Job<RunJobData>): Promise<{ runId: RunJobData['runId'] }> {
        const { runId } = job.data;
        await this.runner.execute(runId, { onPercent: percent => job.setProgress(percent) });
        return { runId };
    }
}
