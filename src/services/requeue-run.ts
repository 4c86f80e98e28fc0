import type { ID } from '@vendure/core';
import type { Repository } from 'typeorm';
import type { PipelineRun } from '../entities';
import { UserError } from '../sdk/errors';

/**
 * Makes a run that waits at a gate wait for its turn instead. One that is still executing other branches is told so and does
 * not pause: between its last look at the gate and its end, nobody else could wake it.
 */
export async function requeueRun(runs: Repository<PipelineRun>, runId: ID): Promise<void> {
    // In this order: a run goes from RUNNING to PAUSED by itself, and back only by one of these two.
    const told = await runs.update({ id: runId, status: 'RUNNING' }, { requeueRequested: true });
    if (told.affected === 1) return;
    const requeued = await runs.update(
        { id: runId, status: 'PAUSED' },
        {
            status: 'PENDING',
            finishedAt: null,
            claimsWithoutProgress: 0,
            leaseOwner: null,
            leaseUntilMs: null,
            queuedAtMs: null,
            timesQueued: 0,
        },
    );
    if (requeued.affected === 1) return;
    const run = await runs.findOneBy({ id: runId });
    if (run?.status === 'PENDING' || run?.status === 'RUNNING') return;
    throw new UserError(
        'run-not-waiting',
        run ? `Run ${runId} is ${run.status} and waits at no gate any more.` : 'There is no such run.',
        'Start a new run.',
    );
}
