import type { ContenderInput, Measured } from './contender';
import { dataHub } from './data-hub';
import { rawCompare } from './raw-compare';
import { rawInsert } from './raw-insert';
import { openShop } from './shop';
import { vendureImporter } from './vendure-importer';
import { vendureCustomers } from '../customers/vendure-customers';
import { vendureReindex } from '../search/vendure-reindex';

/** One contender in a process of its own, so that its memory and its statements are its own. */
const contenders: Record<string, (input: ContenderInput) => Promise<Measured>> = {
    dataHub,
    rawCompare,
    rawInsert,
    vendureImporter,
    vendureReindex,
    vendureCustomers,
    /** Not a contender: makes the empty shop that all others start from. */
    async emptyShop(input) {
        await (await openShop(input, { create: true })).close();
        return { seconds: 0, statements: 0, transactions: 0, peakRssMb: 0 };
    },
};

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
