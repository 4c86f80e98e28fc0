import { AdminClient } from './admin-client';
import { rejectsOf, type Run } from './runs';
import { buildDashboard, serveDashboard } from './dashboard-app';
import { startShop } from './shop';
import { tellStory } from './story';
import { credentials, demoFolder } from './vendure-config';
import { formatDuration, formatNumber, printTable } from './terminal';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

const once = process.argv.includes('--once');
/** With a Vite server that shows changes of the dashboard's sources at once. */
const dev = process.argv.includes('--dev');
const port = Number(process.env.PORT ?? 3000);

async function main(): Promise<void> {
    console.log('Starting a Vendure shop on SQLite …');
    const dashboard = dev
        ? await serveDashboard(Number(process.env.VITE_PORT ?? 5_199))
        : { appDir: await buildDashboard() };
    const app = await startShop({ port: once ? 0 : port, folder: demoFolder, dashboard });
    const url = await app.getUrl();
    const client = new AdminClient(`${url}/admin-api`);
    await client.login(credentials.identifier, credentials.password);

    const runs = await tellStory(client, demoFolder);
    printRuns(runs);
    for (const [title, run] of runs) {
        for (const reject of await rejectsOf(client, run.id))
            console.log(`  ${title}: ${reject.message} ${reject.hint ?? ''}`);
    }
    const failed = expectations(runs);
    if (once) {
        await app.close();
        for (const sentence of failed) console.error(sentence);
        process.exit(failed.length > 0 ? 1 : 0);
    }
    console.log(
        `Dashboard: ${url}/dashboard (${credentials.identifier} / ${credentials.password}). Ctrl-C ends the shop.`,
    );
}

function printRuns(runs: [string, Run][]): void {
    printTable(
        ['run', 'status', 'read', 'created', 'updated', 'unchanged', 'rejected', 'time', 'records/s'],
        runs.map(([title, run]) => [
            title,
            run.status,
            run.read,
            run.created,
            run.updated,
            run.unchanged,
            run.rejected,
            formatDuration(run.progress.durationMs ?? 0),
            formatNumber(Math.round(run.read / ((run.progress.durationMs || 1) / 1_000))),
        ]),
    );
}

/** What must hold for the demo to tell the truth; CI fails otherwise. */
function expectations(runs: [string, Run][]): string[] {
    const [vendure, shopify, vendureAgain, shopifyAgain, plan, prices] = runs.map(([, run]) => run);
    const problems = runs
        .filter(([, run]) => run !== prices && run.status !== 'COMPLETED')
        .map(([title, run]) => `${title} ended ${run.status}.`);
    if (!vendure?.created || !shopify?.created) problems.push('The first runs created nothing.');
    if (vendureAgain && vendureAgain.created + vendureAgain.updated > 0)
        problems.push('The second run of the Vendure CSV wrote something.');
    if (shopifyAgain && shopifyAgain.created + shopifyAgain.updated > 0)
        problems.push('The second run of the Shopify CSV wrote something.');
    if (plan && (plan.created !== 1 || plan.updated !== 3))
        problems.push('The plan does not show one new and three changed products.');
    if (prices?.status !== 'PAUSED') problems.push('The price list does not wait for a decision.');
    return problems;
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});
