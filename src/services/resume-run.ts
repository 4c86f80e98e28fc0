import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In, MoreThan, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { hasSingleConnection } from '../catalog/sql/single-connection';
import { DataHubCheckpoint, type Pipeline, PipelineRun, type RunStatus } from '../entities';
import { UserError } from '../sdk/errors';

/**
 * Makes a run that stopped early wait for its turn again; it goes on after its last settled batch, with the totals it
 * had. In the transaction of `ctx`, with the run locked: whoever else ends, deletes or resumes it comes before or after.
 */
export async function resumeRun(connection: TransactionalConnection, ctx: RequestContext, runId: ID): Promise<void> {
    const locked = <T extends ObjectLiteral>(entity: new () => T): SelectQueryBuilder<T> => {
        const query = connection.getRepository(ctx, entity).createQueryBuilder('locked');
        return hasSingleConnection(connection.rawConnection) ? query : query.setLock('pessimistic_write');
    };
    // First of all: on MySQL the first plain read decides what the whole transaction sees.
    const run = await locked(PipelineRun).where({ id: runId }).getOne();
    if (!run) throw unknown();
    const reason = reasons[run.status];
    if (reason) throw refused(run, reason);
    const undo = await undoOf(connection, ctx, run.id);
    if (undo) {
        throw refused(run, {
            because: `run ${undo.id} has undone it, or is about to`,
            next: 'Start a new run: it loads what was taken back as well.',
        });
    }
    const hasCheckpoint =
        (await locked(DataHubCheckpoint).select('locked.id').where({ runId: run.id }).getOne()) !== null;
    if (!hasCheckpoint && hasKeptAnything(run)) {
        throw refused(run, {
            because: 'the place where it stopped is not known any more',
            next: 'Start a new run; what is already written will be found unchanged.',
        });
    }
    await connection.getRepository<ObjectLiteral>(ctx, PipelineRun).update(
        { id: run.id },
        {
            status: 'PENDING',
            error: null,
            hint: null,
            finishedAt: null,
            cancelRequested: false,
            claimsWithoutProgress: 0,
            leaseOwner: null,
            leaseUntilMs: null,
            queuedAtMs: null,
            timesQueued: 0,
            ...(hasCheckpoint ? {} : { metrics: null, read: 0, unchanged: 0 }),
        },
    );
}

/** Pipelines that may not be started may not be resumed either. */
export function checkEnabled(pipeline: Pipeline): void {
    if (pipeline.enabled && !pipeline.disabledByCode) return;
    throw new UserError(
        'pipeline-disabled',
        pipeline.disabledByCode
            ? `The pipeline "${pipeline.code}" was removed from the code and does not run any more.`
            : `The pipeline "${pipeline.code}" is disabled and does not run.`,
        pipeline.disabledByCode ? 'Add it to the options of DataHubPlugin again.' : 'Enable it first.',
    );
}

/** One that has changed something or still may. What it took back counts as settled, so a resumed run would never load it. */
function undoOf(connection: TransactionalConnection, ctx: RequestContext, ofRunId: ID): Promise<PipelineRun | null> {
    const undo = { ofRunId, kind: 'UNDO', dryRun: false } as const;
    const changed = MoreThan(0);
    return connection.getRepository(ctx, PipelineRun).findOneBy([
        { ...undo, status: In(['PENDING', 'RUNNING', 'PAUSED']) },
        { ...undo, created: changed },
        { ...undo, updated: changed },
        { ...undo, deleted: changed },
    ]);
}

interface Reason {
    because: string;
    next: string;
}

const notEnded: Reason = { because: 'it has not ended', next: 'Wait until it ends, or cancel it first.' };
const completed: Reason = { because: 'it came to its end', next: 'Start a new run.' };

/** FAILED and CANCELLED runs may go on. */
const reasons: Partial<Record<RunStatus, Reason>> = {
    PENDING: notEnded,
    RUNNING: notEnded,
    PAUSED: {
        because: 'it waits at a gate: approve or reject it',
        next: 'It goes on by itself once the gate is decided.',
    },
    COMPLETED: completed,
    COMPLETED_WITH_ERRORS: completed,
    TIMEOUT: { because: 'its time was up', next: 'Start a new run.' },
};

/** Such a run must not begin again from the start: it would keep the same records and changes twice. */
const hasKeptAnything = ({ created, updated, deleted, rejected }: PipelineRun) =>
    created + updated + deleted + rejected > 0;

function refused({ id, status }: PipelineRun, { because, next }: Reason): UserError {
    return new UserError('run-not-resumable', `Run ${id} is ${status} and cannot be resumed: ${because}.`, next);
}

function unknown(): UserError {
    return new UserError('run-unknown', 'There is no such run.', 'It may have been deleted meanwhile.');
}
