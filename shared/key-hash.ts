/** 64 bits as two unsigned halves. */
export interface KeyHash {
    high: number;
    low: number;
}

/**
 * Two independent 32-bit multiplicative hashes over UTF-16 units, finished with an avalanche step. Not for security:
 * among ten million keys the chance that any two collide is about three in a million.
 */
export function hashKey(key: string, seed: number): KeyHash {
    let high = 0xdeadbeef ^ seed;
    let low = 0x41c6ce57 ^ Math.imul(seed, 0x9e3779b1);
    for (let at = 0; at < key.length; at++) {
        const unit = key.charCodeAt(at);
        high = Math.imul(high ^ unit, 0x9e3779b1);
        high = (high << 13) | (high >>> 19);
        low = Math.imul(low ^ unit, 0x5f356495);
        low = (low << 17) | (low >>> 15);
    }
    return { high: avalanche(high ^ key.length), low: avalanche(low ^ Math.imul(key.length, 0x85ebca6b)) };
}

function avalanche(value: number): number {
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
}
