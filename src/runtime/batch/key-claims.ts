import { UserError } from '../../sdk/errors';
import type { Origin, PipelineRecord } from '../../sdk/record';
import { Claim, KeyMemory } from './key-memory';

/**
 * Who claimed which key first in this run. Records claim in source order, before anything is written, so which of two
 * lines wins never depends on timing and a resumed run decides alike. Consequences, all intended:
 * - a record refused before the LOAD step claims nothing;
 * - a record refused by the loader itself keeps its claim, a later one with its key is still a duplicate;
 * - a duplicate claims none of its other keys.
 */
export class KeyClaims {
    private readonly memory = new KeyMemory();
    /** Files (or steps, for sources without files) by number; few, however many records there are. */
    private readonly sources = new Map<string, number>();

    /** Claims all keys for the record, or none and says who came first. `space` separates LOAD steps. */
    claim(record: PipelineRecord, keys: readonly string[], space: number): UserError | undefined {
        const [only] = keys;
        if (only === undefined) return undefined;
        if (keys.length === 1) {
            const first = this.memory.add(only, space, this.claimOf(record.origin));
            return first && this.duplicate(only, record.origin, first);
        }
        for (const key of keys) {
            const first = this.memory.find(key, space);
            if (first) return this.duplicate(key, record.origin, first);
        }
        const claim = this.claimOf(record.origin);
        for (const key of keys) this.memory.add(key, space, claim);
        return undefined;
    }

    private claimOf(origin: Origin): Claim {
        const name = sourceName(origin);
        let source = this.sources.get(name);
        if (source === undefined) this.sources.set(name, (source = this.sources.size));
        return { position: origin.line ?? origin.index + 1, isLine: origin.line !== undefined, source };
    }

    private duplicate(key: string, origin: Origin, first: Claim): UserError {
        const again = this.claimOf(origin);
        const elsewhere = first.source !== again.source ? ` of ${[...this.sources.keys()][first.source]}` : '';
        return new UserError(
            'duplicate-key',
            `${keyText(key)} appears again at ${placeText(again)}; first at ${placeText(first)}${elsewhere}.`,
            'Keep one of the two records, or group them before the LOAD step.',
        );
    }
}

function sourceName(origin: Origin): string {
    return origin.file ?? `step "${origin.step}"`;
}

function placeText({ isLine, position }: Claim): string {
    return `${isLine ? 'line' : 'record'} ${position}`;
}

/** `sku:L1` reads as `SKU "L1"`, `slug:laptop` as `Slug "laptop"`. */
function keyText(key: string): string {
    const colon = key.indexOf(':');
    if (colon < 0) return `Key "${key}"`;
    const kind = key.slice(0, colon);
    const title = kind.length <= 3 ? kind.toUpperCase() : kind.charAt(0).toUpperCase() + kind.slice(1);
    return `${title} "${key.slice(colon + 1)}"`;
}
