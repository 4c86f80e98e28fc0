import type { ShopPart } from '../support/raw-database';

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
    /** `postgres`, `mariadb` or `sqlite`. */
    server: string;
    /** Database to work on; it already holds what the contender needs. */
    database: string;
    /** File that is read; the pipelines of the shop read it by its name. */
    csvPath: string;
    /** Code of the pipeline that is run; the catalog's if absent. */
    pipeline?: string;
    /** Database to read the rows from (raw insert). */
    sourceDatabase?: string;
    /** Tables that it writes (raw insert); the catalog if absent. */
    part?: ShopPart;
    /** False: the process keeps no ledger. */
    ledger?: boolean;
    /** How often the process has done the same before it is measured. */
    warmUps?: number;
    /** Pipelines that are run for it, one after the other; that of the measured run if absent. */
    warmUpPipelines?: string[];
    /** Shops into which the process imports `pipeline`, or a small catalog, before: of an import, which cannot be done twice. */
    warmUpDatabases?: string[];
    /** Shops whose rows it inserts there (raw insert). */
    warmUpSources?: string[];
    /** Without the index on SKUs that DataHub offers, see skuIndex. */
    skuIndex?: 'OFF';
    /** Records of the file that are used; all if absent. */
    limit?: number;
    /** With DefaultSearchPlugin; how its index follows an import through DataHub. */
    searchIndex?: 'DIRECT' | 'NONE';
}

/** A small catalog for a shop of its own, beside the file that is measured. */
export const CATALOG_WARM_UP = 'catalog-warm-up.csv';

export const peakRssMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** CPU seconds since `from`, which process.cpuUsage() gave. */
export function cpuSecondsSince(from: NodeJS.CpuUsage): number {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1_000_000;
}
