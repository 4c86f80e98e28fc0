/** What a GraphQL request answers; both may be there. */
export interface GraphQlAnswer<T = Record<string, never>> {
    data: T | null;
    errors?: { message: string; extensions?: { code?: string } }[];
}

/** The Admin API as a client sees it: over HTTP, with its own session. */
export class AdminApi {
    private token: string | undefined;

    constructor(readonly url: string) {}

    async login(identifier = 'superadmin', password = 'superadmin'): Promise<this> {
        const response = await this.post(
            `mutation ($identifier: String!, $password: String!) {
                login(username: $identifier, password: $password) { __typename }
            }`,
            { identifier, password },
        );
        const token = response.headers.get('vendure-auth-token');
        if (!token) throw new Error(`Login of ${identifier} failed: ${await response.text()}`);
        this.token = token;
        return this;
    }

    /** Fails when the answer holds an error. */
    async query<T>(document: string, variables: Record<string, unknown> = {}): Promise<T> {
        const { data, errors } = await this.ask<T>(document, variables);
        if (errors || data === null) throw new Error(JSON.stringify(errors));
        return data;
    }

    async ask<T>(document: string, variables: Record<string, unknown> = {}): Promise<GraphQlAnswer<T>> {
        return (await (await this.post(document, variables)).json()) as GraphQlAnswer<T>;
    }

    async rest(
        method: string,
        path: string,
        body?: FormData | string,
        headers: Record<string, string> = {},
    ): Promise<Response> {
        return fetch(`${this.url}${path}`, { method, body, headers: { ...this.authorization(), ...headers } });
    }

    private post(query: string, variables: Record<string, unknown>): Promise<Response> {
        return fetch(`${this.url}/admin-api`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...this.authorization() },
            body: JSON.stringify({ query, variables }),
        });
    }

    private authorization(): Record<string, string> {
        return this.token ? { authorization: `Bearer ${this.token}` } : {};
    }
}
