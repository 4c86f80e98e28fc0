export interface EngineInput {
    csvPath: string;
    outputPath: string;
    batchSize: number;
}

/** What became of the rows. */
export interface Handled {
    read: number;
    written: number;
    rejected: number;
}

/** What a contender measures about itself, in a process of its own. */
export interface EngineMeasured extends Handled {
    seconds: number;
    /** Of all threads. Steadier than the clock on a machine that does other things too. */
    cpuSeconds: number;
    peakRssMb: number;
}
