import type { EngineInput, EngineMeasured, Handled } from './contender';
import { dataHub } from './data-hub-engine';
import { withCsvParse, withPapaparse } from './hand-written';
import { parserOnly, throughBatches, throughExport, throughOperators } from './pieces';

/** One contender in a process of its own, so that its memory and its garbage are its own. */
const contenders: Record<string, (input: EngineInput) => Promise<Handled>> = {
    dataHub,
    withCsvParse,
    withPapaparse,
    parserOnly,
    throughBatches,
    throughOperators,
    throughExport,
};

const [name, input] = process.argv.slice(2);
const begin = performance.now();
const cpuBefore = process.cpuUsage();
contenders[name!]!(JSON.parse(input!) as EngineInput).then(
    handled => {
        const seconds = (performance.now() - begin) / 1000;
        const { user, system } = process.cpuUsage(cpuBefore);
        const measured: EngineMeasured = {
            ...handled,
            seconds,
            cpuSeconds: (user + system) / 1e6,
            peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
        };
        process.stdout.write(`\nMEASURED ${JSON.stringify(measured)}\n`, () => process.exit(0));
    },
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
