const SMALLEST_BYTES = 256 * 1024;
/** Of one UTF-16 unit in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Text of one batch as UTF-8. Encoded piece by piece into memory that is used again for the next batch: this takes half the
 * time of joining the pieces to one text and encoding that.
 */
export class OutputBuffer {
    private bytes = Buffer.allocUnsafe(SMALLEST_BYTES);
    private length = 0;

    /** Forgets what a batch that failed halfway has left. */
    begin(): this {
        this.length = 0;
        return this;
    }

    add(text: string): void {
        const room = this.length + text.length * MAX_BYTES_PER_UNIT;
        if (room > this.bytes.length) this.grow(room);
        this.length += this.bytes.write(text, this.length, 'utf8');
    }

    /** All that was added since the last time; valid until something is added again. */
    take(): Buffer {
        const taken = this.bytes.subarray(0, this.length);
        this.length = 0;
        return taken;
    }

    private grow(room: number): void {
        const larger = Buffer.allocUnsafe(Math.max(room, 2 * this.bytes.length));
        this.bytes.copy(larger, 0, 0, this.length);
        this.bytes = larger;
    }
}
