import { basename, join, parse } from 'node:path';
import { vendureCatalog } from '../../demo/pipelines/vendure-catalog';
import type { ContenderInput, Measured } from '../import/contender';
import { runPipeline } from '../import/data-hub';
import { openShop } from '../import/shop';
import { rawPrices, rawStock } from './raw-updates';
import { priceList, stockFile, warmUp } from './update-pipelines';
import { vendureService } from './vendure-service';

const updates = [priceList('prices'), priceList(warmUp('prices')), stockFile('stock'), stockFile(warmUp('stock'))];
const catalog = (input: ContenderInput) => vendureCatalog(basename(input.csvPath));

/** One contender in a process of its own. */
const contenders: Record<string, (input: ContenderInput) => Promise<Measured>> = {
    rawPrices: input => warm(input, path => rawPrices({ ...input, csvPath: path })),
    rawStock: input => warm(input, path => rawStock({ ...input, csvPath: path })),
    async dataHub(input) {
        const shop = await openShop(input, { pipelines: updates });
        const measured = await warm(input, path => runPipeline(shop, parse(path).name));
        await shop.close();
        return measured;
    },
    vendureService,
    /** Not a contender: makes the shop that all others start from. */
    async shop(input) {
        const shop = await openShop(input, { create: true, pipelines: [catalog(input), ...updates] });
        const measured = await runPipeline(shop, 'vendure-catalog');
        await shop.close();
        return measured;
    },
};

/** A worker lives long: it has done the same with files of other values, and of these, some times before. */
async function warm(input: ContenderInput, work: (path: string) => Promise<Measured>): Promise<Measured> {
    const { dir, name } = parse(input.csvPath);
    const before = join(dir, `${warmUp(name)}.csv`);
    for (let left = input.warmUps ?? 0; left > 0; left--) await work(left % 2 === 1 ? before : input.csvPath);
    return work(input.csvPath);
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
