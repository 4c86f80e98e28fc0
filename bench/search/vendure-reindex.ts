import type { IndexerController } from '@vendure/core/dist/plugin/default-search-plugin/indexer/indexer.controller';
import { lastValueFrom, Observable } from 'rxjs';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from '../import/contender';
import { openShop } from '../import/shop';

/** What a job of Vendure's does for the only channel, without the time that the job waits. */
export async function vendureReindex(input: ContenderInput): Promise<Measured> {
    const shop = await openShop(input);
    const indexer = shop.app.get<IndexerController>(indexerClass(), { strict: false });
    const job = { data: { ctx: shop.ctx.serialize() }, state: 'RUNNING' };
    shop.statements.reset();
    const cpu = process.cpuUsage();
    const started = performance.now();
    await lastValueFrom(indexer.reindex(job as never) as unknown as Observable<unknown>);
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = cpuSecondsSince(cpu);
    const { all: statements, transactions, shopWrites } = shop.statements;
    const rows = await shop.connection.rawConnection.getRepository('SearchIndexItem').count();
    const note = `${rows} rows in the index`;
    const measured = { seconds, cpuSeconds, statements, transactions, shopWrites, peakRssMb: peakRssMb(), note };
    await shop.close();
    return measured;
}

/** Not a part of Vendure's public interface. */
function indexerClass(): new (...args: never[]) => IndexerController {
    const path = '@vendure/core/dist/plugin/default-search-plugin/indexer/indexer.controller';
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return (require(path) as { IndexerController: new (...args: never[]) => IndexerController }).IndexerController;
}
