import { type EntityManager, type Repository } from 'typeorm';
import { PipelineRun } from '../entities';
import { lockForUnfinishedRun } from './concurrent-runs';

export async function insertRun(runs: Repository<PipelineRun>, run: PipelineRun): Promise<PipelineRun> {
    // Widened: TypeORM's partial type does not end on the JSON of a definition.
    const row: object = run;
    await runs.insert(row);
    return runs.findOneByOrFail({ id: run.id });
}

/** The answer to a request that came while another run had not ended is a run that has ended already. In a transaction. */
export async function insertOrSkip(manager: EntityManager, run: PipelineRun): Promise<PipelineRun> {
    const unfinished = await lockForUnfinishedRun(manager, run.pipelineId);
    if (unfinished) Object.assign(run, skippedFor(unfinished));
    return insertRun(manager.getRepository(PipelineRun), run);
}

function skippedFor({ id, status }: PipelineRun): Partial<PipelineRun> {
    const isWhat = status === 'RUNNING' ? 'was running' : 'was waiting';
    return {
        status: 'CANCELLED',
        finishedAt: new Date(),
        error: `Skipped: run ${id} of this pipeline ${isWhat}, and the pipeline skips what is asked for meanwhile.`,
        hint: 'Ask again when that run has ended, or set "context.onConcurrentRun" to "QUEUE".',
    };
}
