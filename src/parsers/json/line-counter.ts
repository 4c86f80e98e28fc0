/** Lines of ascending offsets in the current chunk. */
export class LineCounter {
    bytesRead = 0;
    private line = 1;
    private chunk: Buffer = Buffer.alloc(0);
    private counted = 0;

    startChunk(chunk: Buffer): void {
        this.chunk = chunk;
        this.counted = 0;
    }

    /** The next chunk begins with what comes after `length` bytes. */
    endChunk(length: number): void {
        this.at(this.bytesRead + length);
        this.bytesRead += length;
        this.chunk = Buffer.alloc(0);
        this.counted = 0;
    }

    at(offset: number): number {
        const end = Math.min(offset - this.bytesRead, this.chunk.length);
        for (; this.counted < end; this.counted++) if (this.chunk[this.counted] === 10) this.line++;
        return this.line;
    }
}
