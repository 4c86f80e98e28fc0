import type { DataHubError } from '../../sdk/errors';
import type { Origin, PipelineRecord } from '../../sdk/record';

/** One item of a source: a record, or a place where none could be read. */
export type SourceItem = PipelineRecord | { error: DataHubError; origin: Origin; raw?: string };

/** Items of one EXTRACT step that arrive together. */
export interface SourcePage {
    step: string;
    items: SourceItem[];
    bytesRead?: number;
    bytesTotal?: number;
}

export interface SourceBatch {
    number: number;
    /** Undefined for the final batch, which holds only what the steps kept back. */
    step?: string;
    items: SourceItem[];
    final: boolean;
    bytesRead?: number;
    bytesTotal?: number;
}

/**
 * Cuts pages into batches of exactly `batchSize` items; only the last batch of a source may be smaller. The cut depends
 * on nothing but the items, so a batch number means the same records after a restart. After the last page comes one
 * final batch without items. A source that throws leaves no part of a batch behind.
 */
export async function* inBatches(
    sources: Iterable<AsyncIterable<SourcePage>>,
    batchSize: number,
): AsyncGenerator<SourceBatch, void, undefined> {
    let number = 0;
    for (const source of sources) {
        let open: SourceBatch | undefined;
        for await (const page of source) {
            let taken = 0;
            while (taken < page.items.length) {
                open ??= { number: number++, step: page.step, items: [], final: false };
                if (taken === 0 && open.items.length === 0 && page.items.length === batchSize) {
                    // The usual page is a batch already.
                    open.items = page.items;
                    taken = batchSize;
                } else {
                    const end = Math.min(page.items.length, taken + batchSize - open.items.length);
                    while (taken < end) open.items.push(page.items[taken++]!);
                }
                open.bytesRead = page.bytesRead;
                open.bytesTotal = page.bytesTotal;
                if (open.items.length < batchSize) continue;
                yield open;
                open = undefined;
            }
        }
        if (open) yield open;
    }
    yield { number, items: [], final: true };
}
