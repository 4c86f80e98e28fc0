import { printTable } from '../../demo/terminal';
import type { Measured } from '../import/contender';

/** Options of the benchmarks that compare loaders with plain SQL. */
export const commonOptions = {
    db: { type: 'string', default: 'postgres,mariadb,sqlite' },
    /** `off` adds a contender that keeps no ledger, to show what the ledger costs. */
    ledger: { type: 'string', default: 'on' },
    rounds: { type: 'string', default: '3' },
} as const;

/** What a line is compared with, and how it is told. */
export interface Against {
    floor: Measured;
    what: string;
}

export interface ReportLine {
    what: string;
    /** How much was done: products, variants, customers. */
    amount: number;
    measured: Measured;
    against?: Against;
}

/** The one whose time is in the middle: seconds for databases of their own process, CPU seconds for none. */
export function median(list: readonly Measured[]): Measured {
    return [...list].sort((a, b) => a.seconds - b.seconds)[Math.floor(list.length / 2)]!;
}

export function printReport(server: string, unit: string, lines: readonly ReportLine[]): void {
    console.log(`\n${server}, node ${process.version}`);
    printTable(
        ['contender', unit, 'seconds', `${unit}/s`, 'CPU s', 'statements', 'peak RSS MB', 'wall', 'CPU', 'against'],
        lines.map(({ what, amount, measured, against }) => [
            what,
            amount,
            measured.seconds.toFixed(2),
            Math.round(amount / measured.seconds),
            measured.cpuSeconds?.toFixed(2) ?? '',
            measured.statements || '',
            measured.peakRssMb,
            against ? ratio(measured.seconds, against.floor.seconds) : '',
            against ? ratio(measured.cpuSeconds, against.floor.cpuSeconds) : '',
            against?.what ?? '',
        ]),
    );
}

function ratio(a: number | undefined, b: number | undefined): string {
    return a === undefined || b === undefined || b === 0 ? '–' : `${(a / b).toFixed(2)}×`;
}
