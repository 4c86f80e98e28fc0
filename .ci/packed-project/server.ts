// Boots a server with the installed package on an empty SQLite database and looks at it as a user does: over the Admin API
// and in a browser.
import { bootstrap } from '@vendure/core';
import '@vendure/data-hub/testing';
import { chromium } from 'playwright-core';
import { config } from './vendure-config';

async function main(): Promise<void> {
    const app = await bootstrap(config);
    const url = await app.getUrl();
    await askTheAdminApi(`${url}/admin-api`);
    await lookAtTheDashboard(url);
    await app.close();
}

async function askTheAdminApi(api: string): Promise<void> {
    const ask = async (query: string, token?: string) => {
        const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
        const response = await fetch(api, { method: 'POST', headers, body: JSON.stringify({ query }) });
        return { token: response.headers.get('vendure-auth-token') ?? '', body: (await response.json()) as Answer };
    };
    const login = await ask('mutation { login(username: "superadmin", password: "superadmin") { __typename } }');
    const { body } = await ask('{ dataHubPipelines { items { code enabled } } }', login.token);
    const found = body.data?.dataHubPipelines?.items;
    if (found?.length !== 1 || found[0]?.code !== 'hello' || !found[0].enabled)
        throw new Error(`The pipeline is not there: ${JSON.stringify(body)}`);
    console.log('The packed package boots a server and shows its pipeline.');
}

interface Answer {
    data?: { dataHubPipelines?: { items: { code: string; enabled: boolean }[] } };
}

async function lookAtTheDashboard(url: string): Promise<void> {
    const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', error => complaints.push(error.message));
    page.on('console', message => {
        if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${url}/dashboard/login`);
    await page.fill('input[name=username]', 'superadmin');
    await page.fill('input[name=password]', 'superadmin');
    await page.click('button[type=submit]');
    await page.getByText('Data Hub').first().waitFor();
    await page.goto(`${url}/dashboard/data-hub/pipelines`);
    await page.getByRole('link', { name: 'Hello' }).click();
    await page.locator('.react-flow__node').first().waitFor();
    await browser.close();
    if (complaints.length > 0) throw new Error(`The dashboard complains: ${complaints.join('\n')}`);
    console.log('The dashboard, built with the packed package, shows the pipeline in Chromium.');
}

main().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
