import { importBench } from './import/import-bench';
import { memoryBench } from './import/memory-bench';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

const [command, ...rest] = process.argv.slice(2);
const benches: Record<string, (args: string[]) => Promise<void>> = { import: importBench, memory: memoryBench };
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
