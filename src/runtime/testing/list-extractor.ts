import type { JsonObject } from '../../../shared/json';
import { DataHubError, UserError } from '../../sdk/errors';
import type { ExtractContext, ExtractedItem, ExtractorAdapter } from '../../sdk/extractor';
import { config } from '../../sdk/field';

interface ListSource {
    code?: string;
    /** A DataHubError stands for a malformed place. Lines count from 2, as after a header. */
    items: Iterable<JsonObject | DataHubError>;
    pageSize?: number;
    file?: string;
    fingerprint?: () => string;
    /** Throws this instead of the item at this position. */
    failAt?: { index: number; error: unknown };
    beforePage?: (context: ExtractContext, page: number) => void | Promise<void>;
}

/** Reads from a list, or from a generator when there are too many items for one. */
export function listExtractor(source: ListSource): ExtractorAdapter {
    const { pageSize = 7, file = 'items.csv' } = source;
    return {
        type: 'EXTRACTOR',
        code: source.code ?? 'list',
        name: 'List',
        description: 'Reads a list in memory.',
        category: 'test',
        guarantees: 'Source order.',
        schema: config({}),
        examples: [],
        fingerprint: source.fingerprint && (async () => source.fingerprint!()),
        async *read({ context }) {
            let items: ExtractedItem[] = [];
            let index = 0;
            let page = 0;
            for (const item of source.items) {
                if (index === source.failAt?.index) throw source.failAt.error;
                const line = 2 + index++;
                items.push(item instanceof DataHubError ? { error: item, line, raw: 'broken' } : { data: item, line });
                if (items.length < pageSize) continue;
                await source.beforePage?.(context, page++);
                yield { items, file, bytesRead: index };
                items = [];
            }
            if (index === source.failAt?.index) throw source.failAt.error;
            if (items.length > 0) yield { items, file, bytesRead: index };
        },
    };
}

export function malformed(): UserError {
    return new UserError('malformed-row', 'The row has more cells than the header.', 'Correct the row.');
}
