import { MAX_JSON_DEPTH } from '../../shared/json';
import { UserError } from '../sdk/errors';
import { ExtractedItem } from '../sdk/extractor';

/** Items per page: enough to make the cost of a page small, few enough to keep memory flat. */
export const PAGE_ITEMS = 500;
export const DEFAULT_MAX_RECORD_BYTES = 1024 * 1024;

/** What every parser is given besides its own options. */
export interface Parsing {
    /** As the user knows it; goes into messages. */
    file: string;
    signal: AbortSignal;
    warn(message: string): void;
}

/** Pages in source order. The next one is made when it is asked for; leaving the loop closes the file. */
export type Pages = AsyncGenerator<ExtractedItem[], void, undefined>;

/** What an empty cell without quotes becomes. */
export type EmptyCells = 'TEXT' | 'NULL' | 'OMIT';

/** Collects items until a page is full. */
export class PageBuffer {
    private items: ExtractedItem[] = [];

    add(item: ExtractedItem): void {
        this.items.push(item);
    }

    get full(): boolean {
        return this.items.length >= PAGE_ITEMS;
    }

    /** Takes full pages, or whatever is left at the end. */
    *take(rest = false): Generator<ExtractedItem[]> {
        if (!this.full && !rest) return;
        const { items } = this;
        this.items = [];
        let from = 0;
        while (items.length - from >= PAGE_ITEMS) {
            yield items.slice(from, from + PAGE_ITEMS);
            from += PAGE_ITEMS;
        }
        const left = items.slice(from);
        if (!rest) this.items = left;
        else if (left.length > 0) yield left;
    }
}

export function shortened(text: string, characters = 1_000): string {
    return text.length <= characters ? text : `${text.slice(0, characters)}…`;
}

export function recordTooDeep(file: string, line: number): UserError {
    return new UserError(
        'record-too-deep',
        `The record at line ${line} of "${file}" is nested more than ${MAX_JSON_DEPTH} levels deep.`,
        'Flatten the record before it is read.',
        { file, line },
    );
}
