import type { JsonObject } from '../../../shared/json';
import type { AdminClient } from '../../../demo/admin-client';
import type { Run } from '../../../demo/runs';

interface Definition {
    code: string;
    name: string;
    records: JsonObject[];
    /** Between reading and writing. */
    between?: object[];
    guards?: object;
}

/** Creates a pipeline that loads the records as products, as anybody can over the Admin API. */
export async function createProductPipeline(admin: AdminClient, definition: Definition): Promise<string> {
    const { code, name, records, between = [], guards } = definition;
    const steps = [
        { key: 'read', type: 'EXTRACT', config: { adapterCode: 'inMemory', records } },
        ...between,
        {
            key: 'write',
            type: 'LOAD',
            config: { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' },
            ...(guards && { guards }),
        },
    ];
    const { created } = await admin.request<{ created: { id?: string; message?: string } }>(
        `mutation ($input: CreateDataHubPipelineInput!) {
            created: createDataHubPipeline(input: $input) {
                ... on DataHubPipeline { id }
                ... on ErrorResult { message }
            }
        }`,
        { input: { code, name, definition: { version: 1, steps } } },
    );
    if (!created.id) throw new Error(created.message);
    return created.id;
}

/** Starts a run and waits until it is PAUSED or has ended. */
export async function runUntilItRests(admin: AdminClient, pipelineId: string): Promise<Run> {
    const { run } = await admin.request<{ run: Run }>(
        `mutation ($pipelineId: ID!) { run: runDataHubPipeline(pipelineId: $pipelineId) { ... on DataHubRun { id status } } }`,
        { pipelineId },
    );
    return restOf(admin, run.id);
}

export async function restOf(admin: AdminClient, runId: string): Promise<Run> {
    for (let attempt = 0; attempt < 300; attempt++) {
        const { run } = await admin.request<{ run: Run }>(
            `query ($runId: ID!) { run: dataHubRun(id: $runId) { id status read created updated rejected } }`,
            { runId },
        );
        if (!['PENDING', 'RUNNING'].includes(run.status)) return run;
        await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`Run ${runId} does not come to rest.`);
}

/** Somebody with a role of these permissions alone. */
export async function createAdministrator(admin: AdminClient, name: string, permissions: string[]): Promise<object> {
    const { role } = await admin.request<{ role: { id: string } }>(
        `mutation ($input: CreateRoleInput!) { role: createRole(input: $input) { id } }`,
        { input: { code: name, description: name, permissions } },
    );
    const identifier = `${name}@example.com`;
    await admin.request(`mutation ($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }`, {
        input: {
            emailAddress: identifier,
            firstName: name,
            lastName: 'Example',
            password: 'password',
            roleIds: [role.id],
        },
    });
    return { identifier, password: 'password' };
}
