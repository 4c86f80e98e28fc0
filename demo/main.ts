import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdminClient } from './admin-client';
import { Change, changesOf, rejectsOf, Run, runPipeline } from './runs';
import { catalogs, credentials, filesFolder, startShop } from './shop';
import { formatDuration, formatNumber, printTable } from './terminal';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

const once = process.argv.includes('--once');
const port = Number(process.env.PORT ?? 3000);

async function main(): Promise<void> {
    console.log('Starting a Vendure shop on SQLite …');
    const app = await startShop(once ? 0 : port);
    const url = await app.getUrl();
    const client = new AdminClient(`${url}/admin-api`);
    await client.login(credentials.identifier, credentials.password);

    console.log('\nImporting two catalogs:');
    const runs: [string, Run][] = [
        ['Vendure CSV', await runPipeline(client, catalogs.vendure.pipeline, 'Vendure CSV')],
        ['Shopify CSV', await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV')],
    ];
    console.log('\nThe same files again, which writes nothing:');
    runs.push(['Vendure CSV again', await runPipeline(client, catalogs.vendure.pipeline, 'Vendure CSV')]);
    runs.push(['Shopify CSV again', await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV')]);

    console.log('\nA dry run of a changed file:');
    changeShopifyFile();
    const plan = await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV, changed', true);
    runs.push(['Dry run of a changed file', plan]);
    printChanges(await changesOf(client, plan.id));

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
        `Admin API: ${url}/admin-api (${credentials.identifier} / ${credentials.password}). Ctrl-C ends the shop.`,
    );
}

/** Two prices, a title and a new product: what an ERP sends on an ordinary day. */
function changeShopifyFile(): void {
    const path = join(filesFolder, catalogs.shopify.file);
    const changed = readFileSync(path, 'utf8')
        .replace(',39,,true', ',42,,true')
        .replace(',19.99,,true', ',17.99,,true')
        .replace('Cast Iron Pan,"', 'Cast Iron Skillet,"')
        .replace('Cast Iron Pan,<p>', 'Cast Iron Skillet,<p>');
    const columns = changed.slice(0, changed.indexOf('\r\n')).split(',');
    const brush: Record<string, string> = {
        Handle: 'vegetable-brush',
        Title: 'Vegetable Brush',
        Published: 'true',
        'Option1 Name': 'Title',
        'Option1 Value': 'Default Title',
        'Variant Price': '7.50',
        'Variant Inventory Qty': '12',
    };
    writeFileSync(path, `${changed}${columns.map(column => brush[column] ?? '').join(',')}\r\n`);
}

function printChanges(changes: Change[]): void {
    for (const change of changes) {
        console.log(`\n  ${change.action} ${change.entityType} ${change.entityKey}`);
        for (const { path, before, after, existedBefore, existsAfter } of change.fields) {
            const from = existedBefore ? `${shown(before)} → ` : '';
            console.log(`    ${path}: ${from}${existsAfter ? shown(after) : '(removed)'}`);
        }
    }
}

const shown = (value: unknown): string => {
    const text = typeof value === 'string' ? value.replace(/\s+/g, ' ') : JSON.stringify(value);
    return text.length > 70 ? `${text.slice(0, 67)}…` : text;
};

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
    const [vendure, shopify, vendureAgain, shopifyAgain, plan] = runs.map(([, run]) => run);
    const problems = runs
        .filter(([, run]) => run.status !== 'COMPLETED')
        .map(([title, run]) => `${title} ended ${run.status}.`);
    if (!vendure?.created || !shopify?.created) problems.push('The first runs created nothing.');
    if (vendureAgain && vendureAgain.created + vendureAgain.updated > 0)
        problems.push('The second run of the Vendure CSV wrote something.');
    if (shopifyAgain && shopifyAgain.created + shopifyAgain.updated > 0)
        problems.push('The second run of the Shopify CSV wrote something.');
    if (plan && (plan.created !== 1 || plan.updated !== 3))
        problems.push('The plan does not show one new and three changed products.');
    return problems;
}

main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
});
