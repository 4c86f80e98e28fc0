import { Client } from 'pg';

const url = new URL(process.env.DATABASE_URL_POSTGRES ?? 'postgres://root@127.0.0.1:5432');

export const postgresOptions = (database: string) => ({
    host: url.hostname,
    port: Number(url.port || 5432),
    username: decodeURIComponent(url.username),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    database,
});

export async function connect(database: string): Promise<Client> {
    const { username: user, ...rest } = postgresOptions(database);
    const client = new Client({ ...rest, user });
    await client.connect();
    return client;
}

/** Creates `database` as a copy of `template`, or empty; an old one of that name is dropped. */
export async function createDatabase(database: string, template?: string): Promise<void> {
    const client = await connect('postgres');
    try {
        await client.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
        await client.query(`CREATE DATABASE "${database}"${template ? ` TEMPLATE "${template}"` : ''}`);
    } finally {
        await client.end();
    }
}

export async function dropDatabase(database: string): Promise<void> {
    const client = await connect('postgres');
    await client.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`).finally(() => client.end());
}
