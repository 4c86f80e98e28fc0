import { basename } from 'node:path';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import type { ContenderInput, Measured } from '../import/contender';
import { runPipeline } from '../import/data-hub';
import { openShop } from '../import/shop';
import { rawPrices, rawStock } from './raw-updates';
import { priceList, stockFile } from './update-pipelines';

/** One contender in a process of its own. */
const contenders: Record<string, (input: ContenderInput) => Promise<Measured>> = {
    rawPrices,
    rawStock,
    prices: input => throughPipeline(input, 'prices'),
    stock: input => throughPipeline(input, 'stock'),
    /** Not a contender: makes the shop that all others start from. */
    async shop(input) {
        const pipelines = [vendureCatalog(basename(input.csvPath)), priceList('prices.csv'), stockFile('stock.csv')];
        return runPipeline(await openShop(input, { create: true, pipelines }), 'vendure-catalog');
    },
};

async function throughPipeline(input: ContenderInput, code: string): Promise<Measured> {
    const pipelines = [priceList('prices.csv'), stockFile('stock.csv')];
    return runPipeline(await openShop(input, { pipelines }), code);
}

const [name, input] = process.argv.slice(2);
contenders[name!]!(JSON.parse(input!) as ContenderInput).then(
    measured => {
        process.stdout.write(`\nMEASURED ${JSON.stringify(measured)}\n`, () => process.exit(0));
    },
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
