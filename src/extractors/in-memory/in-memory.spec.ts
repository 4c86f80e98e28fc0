import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../../shared/json';
import { ExtractContext, ExtractedPage } from '../../sdk/extractor';
import { inMemoryExtractor } from './in-memory.extractor';

const context: ExtractContext = {
    host: undefined,
    files: { open: () => expect.unreachable() },
    signal: new AbortController().signal,
    log: () => undefined,
};

async function pagesOf(records: JsonObject[], signal = context.signal): Promise<ExtractedPage[]> {
    const config = inMemoryExtractor.schema.parse({ records });
    const pages: ExtractedPage[] = [];
    for await (const page of inMemoryExtractor.read({ config, context: { ...context, signal } })) pages.push(page);
    return pages;
}

describe('records in the definition', () => {
    it('come in order, in pages', async () => {
        const records = Array.from({ length: 1_200 }, (_, n) => ({ n }));
        const pages = await pagesOf(records);
        expect(pages.map(page => page.items.length)).toEqual([500, 500, 200]);
        expect(pages.flatMap(page => page.items)).toEqual(records.map(data => ({ data })));
    });

    it('are copies, so that a run cannot change the definition', async () => {
        const records = [{ n: 1 }];
        const config = inMemoryExtractor.schema.parse({ records });
        for await (const { items } of inMemoryExtractor.read({ config, context })) {
            for (const item of items) if ('data' in item) item.data['n'] = 2;
        }
        expect(config.records).toEqual([{ n: 1 }]);
    });

    it('have a fingerprint of their content', async () => {
        const fingerprint = (records: JsonObject[]) => inMemoryExtractor.fingerprint!({ config: { records }, context });
        expect(await fingerprint([{ n: 1 }])).toBe(await fingerprint([{ n: 1 }]));
        expect(await fingerprint([{ n: 1 }])).not.toBe(await fingerprint([{ n: 2 }]));
    });

    it('end when the run is aborted', async () => {
        await expect(pagesOf([{ n: 1 }], AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
    });

    it('must be objects', () => {
        expect(inMemoryExtractor.schema.safeParse({ records: ['x'] }).success).toBe(false);
    });
});
