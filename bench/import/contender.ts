/** What a contender measures about itself, in a process of its own. */
export interface Measured {
    seconds: number;
    statements: number;
    transactions: number;
    shopWrites?: number;
    peakRssMb: number;
    /** Of the contender's own process, without the database. */
    cpuSeconds?: number;
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
    /** With DefaultSearchPlugin; how its index follows an import through DataHub. */
    searchIndex?: 'DIRECT' | 'NONE';
}

export const peakRssMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** CPU time of this process since `before`. */
export function cpuSecondsSince(before: NodeJS.CpuUsage): number {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
}
