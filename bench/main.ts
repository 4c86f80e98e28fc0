import { customersBench } from './customers/customers-bench';
import { distributedBench } from './distributed/distributed-bench';
import { engineBench } from './engine/engine-bench';
import { importBench } from './import/import-bench';
import { memoryBench } from './import/memory-bench';
import { updatesBench } from './updates/updates-bench';
import { ordersBench } from './orders/orders-bench';
import { searchBench } from './search/search-bench';
import { wholeBench } from './whole/whole-bench';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

const [command, ...rest] = process.argv.slice(2);
const benches: Record<string, (args: string[]) => Promise<void>> = {
    customers: customersBench,
    distributed: distributedBench,
    engine: engineBench,
    import: importBench,
    memory: memoryBench,
    updates: updatesBench,
    orders: ordersBench,
    search: searchBench,
    whole: wholeBench,
};
const bench = benches[command ?? ''];
if (bench) {
    bench(rest).catch((error: unknown) => {
        console.error(error);
        process.exit(1);
    });
} else {
    console.error(`Say which benchmark: npm run bench -- ${Object.keys(benches).join(' | ')}`);
    process.exit(2);
}
