import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { benchDatabase, openRaw } from '../support/raw-database';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from './contender';

interface CsvVariant {
    sku: string;
    price: string;
    stockOnHand: string;
    /** Given on the first row of a product. */
    name: string;
    slug: string;
    description: string;
}

const BATCH = 1_000;

/**
 * The floor of a re-run: read the file, read the live values of each thousand SKUs with one join, compare name, slug,
 * description, price and stock. It knows the schema by heart and checks nothing else.
 */
export async function rawCompare(input: ContenderInput): Promise<Measured> {
    for (let left = input.warmUps ?? 0; left > 0; left--) await compareOnce(input);
    return compareOnce(input);
}

async function compareOnce({ server, database, csvPath }: ContenderInput): Promise<Measured> {
    const raw = await openRaw(benchDatabase(server), database);
    let statements = 0;
    let differing = 0;
    let compared = 0;
    const started = performance.now();
    const cpu = process.cpuUsage();
    const compareBatch = async (rows: CsvVariant[]): Promise<void> => {
        const { sql, parameters } = raw.isOneOf(
            'v.sku',
            rows.map(row => row.sku),
        );
        const live = await raw.rows(`${LIVE} AND ${sql}`, parameters);
        statements++;
        const bySku = new Map(live.map(row => [row[0], row]));
        for (const row of rows) {
            const found = bySku.get(row.sku);
            const same =
                found !== undefined &&
                Number(found[1]) === Math.round(Number(row.price) * 100) &&
                Number(found[2]) === Number(row.stockOnHand) &&
                (row.name === '' || (found[3] === row.name && found[4] === row.slug && found[5] === row.description));
            if (!same) differing++;
            compared++;
        }
    };
    try {
        let batch: CsvVariant[] = [];
        for await (const row of createReadStream(csvPath).pipe(parse({ columns: true, bom: true }))) {
            batch.push(row as CsvVariant);
            if (batch.length === BATCH) {
                await compareBatch(batch);
                batch = [];
            }
        }
        if (batch.length > 0) await compareBatch(batch);
        const seconds = (performance.now() - started) / 1000;
        return {
            seconds,
            cpuSeconds: cpuSecondsSince(cpu),
            statements,
            transactions: 0,
            shopWrites: 0,
            peakRssMb: peakRssMb(),
            note: `${compared} compared, ${differing} differ`,
        };
    } finally {
        await raw.close();
    }
}

const LIVE = `
    SELECT v.sku, price.price, stock."stockOnHand", t.name, t.slug, t.description
    FROM product_variant v
    JOIN product_translation t ON t."baseId" = v."productId"
    LEFT JOIN product_variant_price price ON price."variantId" = v.id
    LEFT JOIN stock_level stock ON stock."productVariantId" = v.id
    WHERE v."deletedAt" IS NULL`;
