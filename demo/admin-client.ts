/** A minimal Admin API client: what any script outside the server would do. */
export class AdminClient {
    private token = '';

    constructor(private readonly url: string) {}

    async login(username: string, password: string): Promise<void> {
        await this.request(
            `mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { __typename } }`,
            { username, password },
        );
    }

    async request<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
        const response = await fetch(this.url, {
            method: 'POST',
            headers: {
                'content-type': 'application/json',
                ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
            },
            body: JSON.stringify({ query, variables }),
        });
        this.token = response.headers.get('vendure-auth-token') ?? this.token;
        const body = (await response.json()) as { data?: T; errors?: { message: string }[] };
        if (body.errors || !body.data) {
            throw new Error(
                `The Admin API refused: ${body.errors?.map(error => error.message).join('; ') ?? response.statusText}`,
            );
        }
        return body.data;
    }
}
