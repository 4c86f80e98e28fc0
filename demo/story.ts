import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdminClient } from './admin-client';
import { changesOf, runPipeline, type Change, type Run } from './runs';
import { catalogs, filesFolder } from './vendure-config';

/** What happens in the shop of the demo, each run with a title: imports, the same again, a plan, a run that waits for a person. */
export async function tellStory(client: AdminClient, folder: string): Promise<[string, Run][]> {
    console.log('\nImporting two catalogs:');
    const runs: [string, Run][] = [
        ['Vendure CSV', await runPipeline(client, catalogs.vendure.pipeline, 'Vendure CSV')],
        ['Shopify CSV', await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV')],
    ];
    console.log('\nThe same files again, which writes nothing:');
    runs.push(['Vendure CSV again', await runPipeline(client, catalogs.vendure.pipeline, 'Vendure CSV')]);
    runs.push(['Shopify CSV again', await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV')]);

    console.log('\nA dry run of a changed file:');
    changeShopifyFile(folder);
    const plan = await runPipeline(client, catalogs.shopify.pipeline, 'Shopify CSV, changed', true);
    runs.push(['Dry run of a changed file', plan]);
    printChanges(await changesOf(client, plan.id));

    console.log('\nA price list in which a monitor costs a tenth, an article is unknown and a price is no number:');
    runs.push(['Price list', await runPipeline(client, catalogs.prices.pipeline, 'Price list')]);

    return runs;
}

/** Two prices, a title and a new product: what an ERP sends on an ordinary day. */
function changeShopifyFile(folder: string): void {
    const path = join(filesFolder(folder), catalogs.shopify.file);
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
