import { readFileSync } from 'node:fs';
import { ProductVariantService, TransactionalConnection } from '@vendure/core';
import { parse } from 'csv-parse/sync';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from '../import/contender';
import { openShop } from '../import/shop';

const PER_TRANSACTION = 100;

/** What a script over Vendure's own service does with the first `limit` rows of the same files. */
export async function vendureService(input: ContenderInput): Promise<Measured> {
    const shop = await openShop(input, { pipelines: [] });
    const connection = shop.app.get(TransactionalConnection);
    const service = shop.app.get(ProductVariantService);
    const all = parse<Record<string, string>>(readFileSync(input.csvPath), { columns: true });
    const rows = all.slice(0, input.limit);
    shop.statements.reset();
    const started = performance.now();
    const cpu = process.cpuUsage();
    for (let from = 0; from < rows.length; from += PER_TRANSACTION) {
        await connection.withTransaction(shop.ctx, async ctx => {
            for (const { sku, price, stockOnHand } of rows.slice(from, from + PER_TRANSACTION)) {
                const { items } = await service.findAll(ctx, { filter: { sku: { eq: sku } }, take: 1 });
                const values = price === undefined ? { stockOnHand: Number(stockOnHand) } : { price: cents(price) };
                await service.update(ctx, [{ id: items[0]!.id, ...values }]);
            }
        });
    }
    const seconds = (performance.now() - started) / 1000;
    const { all: statements, transactions } = shop.statements;
    const measured = { seconds, cpuSeconds: cpuSecondsSince(cpu), statements, transactions, peakRssMb: peakRssMb() };
    await shop.close();
    return { ...measured, note: `${rows.length} updated` };
}

function cents(price: string): number {
    return Math.round(Number(price) * 100);
}
