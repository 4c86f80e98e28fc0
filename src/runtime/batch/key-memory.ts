import { hashKey, KeyHash } from '../../../shared/key-hash';

/** Where a key was claimed first: a line, or where the format has no lines, a record's position. */
export interface Claim {
    position: number;
    isLine: boolean;
    /** Number of the source among the EXTRACT steps. */
    source: number;
}

const WORDS = 4;
const MAX_LOAD = 0.7;

/**
 * All keys claimed in a run, the one thing that grows with the input: 16 bytes per slot in one flat array, no string
 * is kept. Open addressing with linear probing; a slot is empty while both halves of its hash are zero.
 */
export class KeyMemory {
    private slots: Uint32Array;
    private capacity: number;
    private count = 0;

    constructor(initialCapacity = 1024) {
        this.capacity = initialCapacity;
        this.slots = new Uint32Array(initialCapacity * WORDS);
    }

    get size(): number {
        return this.count;
    }

    get bytes(): number {
        return this.slots.byteLength;
    }

    /** The first claim of `key` in `space` (a LOAD step), if there is one. */
    find(key: string, space: number): Claim | undefined {
        const at = this.slotOf(slotHash(key, space));
        return this.isEmpty(at) ? undefined : this.claimAt(at);
    }

    /** Remembers the claim, unless the key is claimed already: then gives the first claim. */
    add(key: string, space: number, claim: Claim): Claim | undefined {
        const hash = slotHash(key, space);
        const at = this.slotOf(hash);
        if (!this.isEmpty(at)) return this.claimAt(at);
        this.slots[at] = hash.high;
        this.slots[at + 1] = hash.low;
        this.slots[at + 2] = claim.position;
        this.slots[at + 3] = (claim.source << 1) | (claim.isLine ? 1 : 0);
        if (++this.count > this.capacity * MAX_LOAD) this.grow();
        return undefined;
    }

    private claimAt(at: number): Claim {
        const tag = this.slots[at + 3]!;
        return { position: this.slots[at + 2]!, isLine: (tag & 1) === 1, source: tag >>> 1 };
    }

    private slotOf({ high, low }: KeyHash): number {
        let slot = (low ^ Math.imul(high, 0x9e3779b1)) & (this.capacity - 1);
        for (;;) {
            const at = slot * WORDS;
            if (this.isEmpty(at) || (this.slots[at] === high && this.slots[at + 1] === low)) return at;
            slot = (slot + 1) & (this.capacity - 1);
        }
    }

    private isEmpty(at: number): boolean {
        return this.slots[at] === 0 && this.slots[at + 1] === 0;
    }

    private grow(): void {
        const old = this.slots;
        this.capacity *= 2;
        this.slots = new Uint32Array(this.capacity * WORDS);
        for (let from = 0; from < old.length; from += WORDS) {
            const high = old[from]!;
            const low = old[from + 1]!;
            if (high === 0 && low === 0) continue;
            const at = this.slotOf({ high, low });
            this.slots[at] = high;
            this.slots[at + 1] = low;
            this.slots[at + 2] = old[from + 2]!;
            this.slots[at + 3] = old[from + 3]!;
        }
    }
}

function slotHash(key: string, space: number): KeyHash {
    const hash = hashKey(key, space);
    if (hash.high === 0 && hash.low === 0) hash.low = 1;
    return hash;
}
