// Boots a server with the installed package on an empty SQLite database, asks the Admin API one question and ends.
const { bootstrap, DefaultLogger, LogLevel } = require('@vendure/core');
const { DataHubPlugin } = require('@vendure/data-hub');
const { createPipeline, operators } = require('@vendure/data-hub/sdk');
require('@vendure/data-hub/testing');

async function main() {
    const pipeline = createPipeline()
        .code('hello')
        .name('Hello')
        .extract('read', { adapterCode: 'inMemory', records: [{ Name: 'A' }] })
        .transform('shape', [operators.rename({ from: 'Name', to: 'name' })])
        .load('write', { adapterCode: 'product' })
        .build();
    const app = await bootstrap({
        apiOptions: { port: 0, hostname: '127.0.0.1', adminApiPath: 'admin-api' },
        authOptions: {
            tokenMethod: ['bearer'],
            superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
        },
        dbConnectionOptions: { type: 'better-sqlite3', database: 'shop.sqlite', synchronize: true },
        paymentOptions: { paymentMethodHandlers: [] },
        logger: new DefaultLogger({ level: LogLevel.Warn }),
        plugins: [DataHubPlugin.init({ pipelines: [pipeline] })],
    });
    const api = `${await app.getUrl()}/admin-api`;
    const ask = async (query, token) => {
        const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
        const response = await fetch(api, { method: 'POST', headers, body: JSON.stringify({ query }) });
        return { token: response.headers.get('vendure-auth-token'), body: await response.json() };
    };
    const login = await ask('mutation { login(username: "superadmin", password: "superadmin") { __typename } }');
    const { body } = await ask('{ dataHubPipelines { items { code enabled } } }', login.token);
    const found = body.data?.dataHubPipelines.items;
    if (found?.length !== 1 || found[0].code !== 'hello' || !found[0].enabled) {
        throw new Error(`The pipeline is not there: ${JSON.stringify(body)}`);
    }
    console.log('The packed package boots a server and shows its pipeline.');
    await app.close();
}

main().then(
    () => process.exit(0),
    error => {
        console.error(error);
        process.exit(1);
    },
);
