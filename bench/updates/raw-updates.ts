import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from '../import/contender';
import { benchDatabase, openRaw, RawDatabase } from '../support/raw-database';

type Row = Record<string, string>;

/** Writes a batch and resolves with the number of statements. */
type Write = (raw: RawDatabase, rows: readonly Row[]) => Promise<number>;

const BATCH = 1_000;

/**
 * The floor of a price list: read the file, look up a thousand SKUs at once, write their prices by the ids; PostgreSQL in one
 * statement over arrays, MariaDB in one over a table of values, SQLite with one prepared statement a row. Everything in
 * one transaction, nothing is checked, compared or kept of what was there.
 */
export const rawPrices = (input: ContenderInput): Promise<Measured> =>
    update(input, async (raw, rows) => {
        const ids = await liveVariants(raw, rows);
        const changes = rows.map(({ sku, price }) => [ids.get(sku!)!, Math.round(Number(price) * 100)]);
        switch (raw.dialect) {
            case 'postgres':
                await raw.rows(
                    `UPDATE product_variant_price p SET price = u.price, "updatedAt" = CURRENT_TIMESTAMP
                     FROM unnest($1::int[], $2::int[]) u(id, price)
                     WHERE p."variantId" = u.id AND p."currencyCode" = 'USD'`,
                    [changes.map(([id]) => id), changes.map(([, price]) => price)],
                );
                return 2;
            case 'mysql':
                await updateMysql(raw, {
                    table: 'product_variant_price',
                    key: 'variantId',
                    column: 'price',
                    values: changes,
                    more: `AND t."currencyCode" = 'USD'`,
                });
                return 2;
            case 'sqlite':
                await raw.runEach(
                    `UPDATE product_variant_price SET price = ?, "updatedAt" = datetime('now') WHERE "variantId" = ? AND "currencyCode" = 'USD'`,
                    changes.map(([id, price]) => [price, id]),
                );
                return 1 + rows.length;
        }
    });

/** The same for a stock file, with a stock movement over each difference. */
export const rawStock = (input: ContenderInput): Promise<Measured> =>
    update(input, async (raw, rows) => {
        const live = await liveStock(raw, rows);
        const changes = rows.map(({ sku, stockOnHand }) => ({ ...live.get(sku!)!, after: Number(stockOnHand) }));
        switch (raw.dialect) {
            case 'postgres':
                await raw.rows(
                    `UPDATE stock_level s SET "stockOnHand" = u.amount, "updatedAt" = CURRENT_TIMESTAMP
                     FROM unnest($1::int[], $2::int[]) u(id, amount) WHERE s.id = u.id`,
                    [changes.map(({ level }) => level), changes.map(({ after }) => after)],
                );
                break;
            case 'mysql':
                await updateMysql(raw, {
                    table: 'stock_level',
                    key: 'id',
                    column: 'stockOnHand',
                    values: changes.map(({ level, after }) => [level, after]),
                });
                break;
            case 'sqlite':
                await raw.runEach(
                    'UPDATE stock_level SET "stockOnHand" = ?, "updatedAt" = datetime(\'now\') WHERE id = ?',
                    changes.map(({ level, after }) => [after, level]),
                );
        }
        const inserted = await raw.insert(
            'stock_movement',
            ['type', 'productVariantId', 'stockLocationId', 'quantity', 'discriminator'],
            changes.map(({ variant, location, before, after }) => [
                ...['ADJUSTMENT', variant, location, after - before, 'StockAdjustment'],
            ]),
        );
        return 1 + (raw.dialect === 'sqlite' ? rows.length : 1) + inserted;
    });

interface MysqlUpdate {
    table: string;
    key: string;
    column: string;
    values: unknown[][];
    more?: string;
}

async function updateMysql(raw: RawDatabase, { table, key, column, values, more = '' }: MysqlUpdate): Promise<void> {
    const [first = [], ...rest] = values;
    await raw.rows(
        `UPDATE (SELECT ? AS k, ? AS v ${rest.map(() => 'UNION ALL SELECT ?, ?').join(' ')}) u STRAIGHT_JOIN "${table}" t
         ON t."${key}" = u.k ${more} SET t."${column}" = u.v, t."updatedAt" = CURRENT_TIMESTAMP(6)`,
        [...first, ...rest.flat()],
    );
}

async function update({ server, database, csvPath }: ContenderInput, write: Write): Promise<Measured> {
    const raw = await openRaw(benchDatabase(server), database);
    try {
        let statements = 0;
        let updated = 0;
        const started = performance.now();
        const cpu = process.cpuUsage();
        const flush = async (batch: Row[]): Promise<void> => {
            statements += await write(raw, batch);
            updated += batch.length;
        };
        await raw.run('BEGIN');
        let batch: Row[] = [];
        for await (const row of createReadStream(csvPath).pipe(parse({ columns: true, bom: true }))) {
            batch.push(row as Row);
            if (batch.length < BATCH) continue;
            await flush(batch);
            batch = [];
        }
        if (batch.length > 0) await flush(batch);
        await raw.run('COMMIT');
        const seconds = (performance.now() - started) / 1000;
        const cpuSeconds = cpuSecondsSince(cpu);
        const note = `${updated} updated`;
        return { seconds, cpuSeconds, statements, transactions: 1, peakRssMb: peakRssMb(), note };
    } finally {
        await raw.close();
    }
}

interface Live {
    variant: unknown;
    level: unknown;
    location: unknown;
    before: number;
}

async function liveVariants(raw: RawDatabase, rows: readonly Row[]): Promise<Map<string, unknown>> {
    const { sql, parameters } = raw.isOneOf(
        'sku',
        rows.map(({ sku }) => sku),
    );
    const found = await raw.rows(
        `SELECT sku, id FROM product_variant WHERE "deletedAt" IS NULL AND ${sql}`,
        parameters,
    );
    return new Map(found.map(([sku, id]) => [String(sku), id]));
}

async function liveStock(raw: RawDatabase, rows: readonly Row[]): Promise<Map<string, Live>> {
    const { sql, parameters } = raw.isOneOf(
        'v.sku',
        rows.map(({ sku }) => sku),
    );
    const found = await raw.rows(`${STOCK} AND ${sql}`, parameters);
    return new Map(
        found.map(([sku, variant, level, location, before]) => [
            String(sku),
            { variant, level, location, before: Number(before) },
        ]),
    );
}

const STOCK = `
    SELECT v.sku, v.id, s.id, s."stockLocationId", s."stockOnHand"
    FROM product_variant v JOIN stock_level s ON s."productVariantId" = v.id
    WHERE v."deletedAt" IS NULL`;
