import type { AdminClient } from '../../../demo/admin-client';

/** Two prices, which split and meet again. */
export const pricesDefinition = {
    version: 1,
    steps: [
        {
            key: 'read',
            type: 'EXTRACT',
            name: 'Price list',
            config: {
                adapterCode: 'inMemory',
                records: [
                    { slug: 'cup', name: 'Cup', kind: 'new' },
                    { slug: 'pot', name: 'Pot', kind: 'old' },
                ],
            },
        },
        {
            key: 'split',
            type: 'ROUTE',
            config: {
                branches: [{ name: 'new', when: { field: 'kind', eq: 'new' }, to: 'shape' }],
                defaultTo: 'write',
            },
        },
        { key: 'shape', type: 'TRANSFORM', config: { operators: [{ op: 'trim', args: {} }] } },
        { key: 'write', type: 'LOAD', config: { adapterCode: 'product', strategy: 'UPSERT', matchBy: 'slug' } },
    ],
    edges: [
        { from: 'read', to: 'split' },
        { from: 'shape', to: 'write' },
    ],
};

interface NewPipeline {
    code: string;
    name: string;
    definition: unknown;
}

export async function createPipeline(admin: AdminClient, input: NewPipeline): Promise<string> {
    const { createDataHubPipeline: result } = await admin.request<{
        createDataHubPipeline: { id?: string; problems?: { message: string }[] };
    }>(
        `mutation ($input: CreateDataHubPipelineInput!) {
            createDataHubPipeline(input: $input) {
                ... on DataHubPipeline { id }
                ... on DataHubDefinitionInvalidError { problems { path message } }
            }
        }`,
        { input },
    );
    if (!result.id) throw new Error(`The pipeline was refused: ${JSON.stringify(result.problems)}`);
    return result.id;
}

/** As somebody else would, while the page is open. */
export async function saveDefinition(admin: AdminClient, id: string, revision: number, definition: unknown) {
    await admin.request(
        `mutation ($input: UpdateDataHubPipelineInput!) { updateDataHubPipeline(input: $input) { __typename } }`,
        { input: { id, revision, definition } },
    );
}

/** An administrator with these permissions; the password is "viewer". */
export async function createViewer(admin: AdminClient, emailAddress: string, permissions: string[]): Promise<void> {
    const { createRole } = await admin.request<{ createRole: { id: string } }>(
        `mutation ($input: CreateRoleInput!) { createRole(input: $input) { id } }`,
        { input: { code: emailAddress, description: emailAddress, permissions: ['ReadChannel', ...permissions] } },
    );
    await admin.request(`mutation ($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }`, {
        input: { emailAddress, firstName: 'V', lastName: 'Viewer', password: 'viewer', roleIds: [createRole.id] },
    });
}
