import { RecordPages } from '../runtime/ports';
import { PipelineRecord } from '../sdk/record';
import { MemoryRoom } from './memory-room';

/** One input: what of it is in memory, and the rest that has not been read. */
export class Intake {
    buffered: PipelineRecord[] = [];
    private readonly pages: AsyncIterator<readonly PipelineRecord[]>;
    private isAtEnd = false;

    constructor(
        pages: RecordPages,
        private readonly signal: AbortSignal,
    ) {
        this.pages = pages[Symbol.asyncIterator]();
    }

    /** Reads into memory; false when there was no room for all of it. */
    async fill(room: MemoryRoom): Promise<boolean> {
        for (let page = await this.next(); page; page = await this.next()) {
            for (const record of page) this.buffered.push(record);
            if (!room.take(page)) return false;
        }
        return true;
    }

    /** What is in memory and then the rest; gives the memory free. */
    async *all(): AsyncGenerator<readonly PipelineRecord[], void, undefined> {
        const { buffered } = this;
        this.buffered = [];
        yield buffered;
        buffered.length = 0;
        for (let page = await this.next(); page; page = await this.next()) yield page;
    }

    async close(): Promise<void> {
        if (!this.isAtEnd) await this.pages.return?.();
    }

    private async next(): Promise<readonly PipelineRecord[] | undefined> {
        this.signal.throwIfAborted();
        const result = await this.pages.next();
        this.isAtEnd = result.done === true;
        return result.done ? undefined : result.value;
    }
}
