import { setTimeout as sleep } from 'node:timers/promises';
import type { AdminClient } from './admin-client';
import { formatDuration, formatNumber, StatusLine } from './terminal';

export interface Run {
    id: string;
    status: string;
    read: number;
    created: number;
    updated: number;
    unchanged: number;
    rejected: number;
    error: string | null;
    progress: { share: number | null; durationMs: number | null };
}

export interface Change {
    entityType: string;
    entityKey: string;
    action: string;
    fields: { path: string; before: unknown; after: unknown; existedBefore: boolean; existsAfter: boolean }[];
}

const RUN_FIELDS = 'id status read created updated unchanged rejected error progress { share durationMs }';
const STILL = new Set(['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'TIMEOUT', 'PAUSED']);

/** Starts a run, shows how it goes and returns it when it has ended or waits for a decision. */
export async function runPipeline(client: AdminClient, code: string, title: string, dryRun = false): Promise<Run> {
    const line = new StatusLine();
    let run = await start(client, code, dryRun);
    while (!STILL.has(run.status)) {
        line.show(`  ${title}: ${progressOf(run)}`);
        await sleep(100);
        run = (
            await client.request<{ dataHubRun: Run }>(`query ($id: ID!) { dataHubRun(id: $id) { ${RUN_FIELDS} } }`, {
                id: run.id,
            })
        ).dataHubRun;
    }
    line.end(
        `  ${title}: ${countsOf(run)} in ${formatDuration(run.progress.durationMs ?? 0)}${run.error ? ` (${run.error})` : ''}`,
    );
    return run;
}

export async function changesOf(client: AdminClient, runId: string): Promise<Change[]> {
    const query = `query ($id: ID!) {
        dataHubChangeSets(runId: $id, options: { take: 100 }) {
            items { entityType entityKey action fields { path before after existedBefore existsAfter } }
        }
    }`;
    return (await client.request<{ dataHubChangeSets: { items: Change[] } }>(query, { id: runId })).dataHubChangeSets
        .items;
}

export async function rejectsOf(
    client: AdminClient,
    runId: string,
): Promise<{ message: string; hint: string | null }[]> {
    const query = `query ($id: ID!) { dataHubRecordErrors(runId: $id) { items { message hint } } }`;
    type Answer = { dataHubRecordErrors: { items: { message: string; hint: string | null }[] } };
    return (await client.request<Answer>(query, { id: runId })).dataHubRecordErrors.items;
}

async function start(client: AdminClient, code: string, dryRun: boolean): Promise<Run> {
    const pipelines = await client.request<{ dataHubPipelines: { items: { id: string }[] } }>(
        `query ($code: String!) { dataHubPipelines(options: { filter: { code: { eq: $code } } }) { items { id } } }`,
        { code },
    );
    const { runDataHubPipeline } = await client.request<{ runDataHubPipeline: Run & { message?: string } }>(
        `mutation ($id: ID!, $dryRun: Boolean) {
            runDataHubPipeline(pipelineId: $id, dryRun: $dryRun) {
                ... on DataHubRun { ${RUN_FIELDS} }
                ... on ErrorResult { message }
            }
        }`,
        { id: pipelines.dataHubPipelines.items[0]?.id, dryRun },
    );
    if (runDataHubPipeline.message) throw new Error(runDataHubPipeline.message);
    return runDataHubPipeline;
}

function progressOf(run: Run): string {
    const { share, durationMs } = run.progress;
    if (run.status === 'PENDING' || !durationMs) return 'waiting';
    const left = share ? `, ${formatDuration((durationMs / share) * (1 - share))} left` : '';
    return `${countsOf(run)}, ${formatNumber(run.read / (durationMs / 1_000))} records/s${left}`;
}

const countsOf = (run: Run): string =>
    `${formatNumber(run.read)} read, ${formatNumber(run.created)} created, ${formatNumber(run.updated)} updated, ` +
    `${formatNumber(run.unchanged)} unchanged, ${formatNumber(run.rejected)} rejected`;
