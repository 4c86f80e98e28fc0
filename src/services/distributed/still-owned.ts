import type { DataSource } from 'typeorm';
import { type DataHubRunBatch, PipelineRun } from '../../entities';

/** Condition on a batch's row: whoever asked for it owns the run still. With {@link stillOwnedBy} as its parameters. */
export function stillOwned(database: DataSource): string {
    const quote = (name: string) => database.driver.escape(name);
    const run = quote(database.getMetadata(PipelineRun).tablePath);
    return (
        `EXISTS (SELECT 1 FROM ${run} ${quote('owned')} WHERE ${quote('owned')}.${quote('id')} = :ownedRunId ` +
        `AND ${quote('owned')}.${quote('leaseToken')} = :ownedToken AND ${quote('owned')}.${quote('status')} = 'RUNNING')`
    );
}

export function stillOwnedBy({ runId, runToken }: Pick<DataHubRunBatch, 'runId' | 'runToken'>): object {
    return { ownedRunId: runId, ownedToken: runToken };
}
