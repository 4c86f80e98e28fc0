import { JsonValue } from '../../shared/json';
import { PipelineRecord } from '../sdk/record';

/** How much an operation may hold in memory before it goes to disk. Many small records count as well as few large ones. */
export class MemoryRoom {
    private rows = 0;
    private bytes = 0;

    constructor(
        private readonly maxRows: number,
        private readonly maxBytes: number,
    ) {}

    /** False once there is no room for more. */
    take(records: readonly PipelineRecord[]): boolean {
        this.rows += records.length;
        for (const { data } of records) this.bytes += sizeOf(data);
        return this.rows <= this.maxRows && this.bytes <= this.maxBytes;
    }
}

/** Roughly what a value takes in memory. */
export function sizeOf(value: JsonValue): number {
    if (typeof value === 'string') return 24 + value.length;
    if (typeof value !== 'object' || value === null) return 8;
    let bytes = 48;
    for (const member of Array.isArray(value) ? value : Object.values(value)) bytes += 16 + sizeOf(member);
    return bytes;
}
