/** What a contender measures about itself, in a process of its own. */
export interface Measured {
    seconds: number;
    /** Of the process alone, whatever else runs on the machine. */
    cpuSeconds?: number;
    statements: number;
    transactions: number;
    shopWrites?: number;
    peakRssMb: number;
    note?: string;
}

export interface ContenderInput {
    /** `postgres` or `sqlite`. */
    server: string;
    /** Database to work on; it already holds what the contender needs. */
    database: string;
    csvPath: string;
    /** Database to read the rows from (raw insert). */
    sourceDatabase?: string;
}

export const peakRssMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** CPU seconds since `from`, which process.cpuUsage() gave. */
export function cpuSecondsSince(from: NodeJS.CpuUsage): number {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000_000;
}
