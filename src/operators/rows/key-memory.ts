import { hashKey } from '../../../shared/key-hash';

const FIRST_CAPACITY = 1_024;
const MAX_LOAD = 0.5;

/**
 * Remembers which keys were seen, in 16 to 32 bytes per key whatever their length: it keeps 64-bit hashes.
 * Two different keys among ten million share a hash with a probability of about 1 : 370 000.
 */
export class KeyMemory {
    private capacity = FIRST_CAPACITY;
    private high = new Uint32Array(FIRST_CAPACITY);
    private low = new Uint32Array(FIRST_CAPACITY);
    size = 0;

    /** True when the key is new. */
    add(key: string): boolean {
        if (this.size + 1 > this.capacity * MAX_LOAD) this.grow();
        const { high, low } = hashKey(key, 0);
        // Both halves zero mean a free slot.
        return this.insert(high, high === 0 && low === 0 ? 1 : low);
    }

    private insert(high: number, low: number): boolean {
        let slot = (low ^ high) & (this.capacity - 1);
        while (this.high[slot] !== 0 || this.low[slot] !== 0) {
            if (this.high[slot] === high && this.low[slot] === low) return false;
            slot = (slot + 1) & (this.capacity - 1);
        }
        this.high[slot] = high;
        this.low[slot] = low;
        this.size++;
        return true;
    }

    private grow(): void {
        const { high, low } = this;
        this.capacity *= 2;
        this.high = new Uint32Array(this.capacity);
        this.low = new Uint32Array(this.capacity);
        this.size = 0;
        for (let i = 0; i < high.length; i++) {
            if (high[i] !== 0 || low[i] !== 0) this.insert(high[i]!, low[i]!);
        }
    }
}
