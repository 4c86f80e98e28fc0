import type { SourcePage } from '../batch/batcher';

/** Turns the bytes of each source, read one after the other, into bytes of the whole run. */
export function* withTotalBytes(sources: readonly AsyncIterable<SourcePage>[]): Generator<AsyncIterable<SourcePage>> {
    let before = 0;
    let after = 0;
    for (const source of sources) {
        yield shifted(source, before, sizes => (after = before + sizes));
        before = after;
    }
}

async function* shifted(
    source: AsyncIterable<SourcePage>,
    before: number,
    onSize: (bytes: number) => void,
): AsyncGenerator<SourcePage, void, undefined> {
    for await (const page of source) {
        onSize(Math.max(page.bytesRead ?? 0, page.bytesTotal ?? 0));
        if (page.bytesRead !== undefined) page.bytesRead += before;
        if (page.bytesTotal !== undefined) page.bytesTotal += before;
        yield page;
    }
}
