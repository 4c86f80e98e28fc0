import type { DashboardShop } from './dashboard-shop';

/** Somebody who may do nothing but this; the password is "colleague". */
export async function createColleague(shop: DashboardShop, permissions: readonly string[]): Promise<string> {
    const code = permissions.join('-');
    const emailAddress = `${code}@example.com`;
    const { role } = await shop.admin.request<{ role: { id: string } }>(
        `mutation ($code: String!, $permissions: [Permission!]!) {
            role: createRole(input: { code: $code, description: $code, permissions: $permissions }) { id }
        }`,
        { code, permissions },
    );
    await shop.admin.request(
        `mutation ($emailAddress: String!, $roleId: ID!) {
            createAdministrator(input: {
                emailAddress: $emailAddress, firstName: "A", lastName: "Colleague", password: "colleague", roleIds: [$roleId]
            }) { id }
        }`,
        { emailAddress, roleId: role.id },
    );
    return emailAddress;
}
