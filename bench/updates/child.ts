import { basename, join, parse } from 'node:path';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import type { ContenderInput, Measured } from '../import/contender';
import { runPipeline } from '../import/data-hub';
import { openShop } from '../import/shop';
import { rawPrices, rawStock } from './raw-updates';
import { priceList, stockFile, warmUp } from './update-pipelines';

const updates = [priceList('prices'), priceList(warmUp('prices')), stockFile('stock'), stockFile(warmUp('stock'))];
const catalog = (input: ContenderInput) => vendureCatalog(basename(input.csvPath));

/** One contender in a process of its own. */
const contenders: Record<string, (input: ContenderInput) => Promise<Measured>> = {
    rawPrices: input => warm(input, rawPrices),
    rawStock: input => warm(input, rawStock),
    prices: input => throughPipeline(input, 'prices'),
    stock: input => throughPipeline(input, 'stock'),
    /** Not a contender: makes the shop that all others start from. */
    async shop(input) {
        const shop = await openShop(input, { create: true, pipelines: [catalog(input), ...updates] });
        const measured = await runPipeline(shop, 'vendure-catalog');
        await shop.close();
        return measured;
    },
};

/** A worker lives long: the same pipeline has run once before, with other values. */
async function throughPipeline(input: ContenderInput, code: string): Promise<Measured> {
    const shop = await openShop(input, { pipelines: updates });
    await runPipeline(shop, warmUp(code));
    const measured = await runPipeline(shop, code);
    await shop.close();
    return measured;
}

async function warm(input: ContenderInput, contender: (input: ContenderInput) => Promise<Measured>): Promise<Measured> {
    const { dir, name } = parse(input.csvPath);
    await contender({ ...input, csvPath: join(dir, `${warmUp(name)}.csv`) });
    return contender(input);
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
