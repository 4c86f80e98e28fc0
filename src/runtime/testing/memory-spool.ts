import type { PipelineRecord } from '../../sdk/record';
import type { Spool } from '../ports';
import { CrashPoint, noCrash } from './crash-points';

/** A spool that survives a crash of the engine, as a disk does. */
export class MemorySpool implements Spool {
    private readonly channels = new Map<string, Map<number, string>>();
    point: CrashPoint = noCrash;
    wasRemoved = false;

    async put(channel: string, chunk: number, records: readonly PipelineRecord[]): Promise<void> {
        await this.point('spool');
        const chunks = this.channels.get(channel) ?? new Map<number, string>();
        this.channels.set(channel, chunks.set(chunk, JSON.stringify(records)));
        await this.point('spooled');
    }

    async chunks(channel: string): Promise<number[]> {
        return [...(this.channels.get(channel)?.keys() ?? [])].sort((a, b) => a - b);
    }

    async read(channel: string, chunk: number): Promise<PipelineRecord[]> {
        return JSON.parse(this.channels.get(channel)!.get(chunk)!) as PipelineRecord[];
    }

    async removeChannel(channel: string): Promise<void> {
        this.channels.delete(channel);
    }

    async remove(): Promise<void> {
        this.channels.clear();
        this.wasRemoved = true;
    }
}
