import { isJsonObject, isTooDeep, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { ExtractedItem } from '../../sdk/extractor';
import { CsvFrame, CsvFramer } from '../csv/csv-framer';
import { PageBuffer, PAGE_ITEMS, Pages, Parsing, recordTooDeep, shortened } from '../parsing';
import { TextSource } from '../text/text-source';
import { parseExactJson } from './json-document';

export interface NdjsonOptions {
    maxRecordBytes: number;
}

/** One JSON object per line. A bad line becomes an error item and the rest goes on; blank lines are left out. */
export async function* parseNdjson(source: TextSource, options: NdjsonOptions, parsing: Parsing): Pages {
    // Without quotes the framer cuts plain lines.
    const lines = new CsvFramer({ ...options, delimiter: ',', quote: '', newline: '\n', trim: false });
    const page = new PageBuffer();
    let records = 0;
    const read = (): boolean => {
        parsing.signal.throwIfAborted();
        let count = 0;
        for (; count < PAGE_ITEMS; count++) {
            const frame = lines.next();
            if (!frame) break;
            if (frame.problem === undefined && frame.text.trim() === '') continue;
            records++;
            page.add(itemFrom(frame, options, parsing.file));
        }
        return count > 0;
    };
    for await (const chunk of source.chunks()) {
        lines.push(chunk);
        while (read()) yield* page.take();
    }
    lines.end();
    while (read()) yield* page.take();
    yield* page.take(true);
    if (records === 0) parsing.warn(`"${parsing.file}" holds no records.`);
}

function itemFrom(frame: CsvFrame, options: NdjsonOptions, file: string): ExtractedItem {
    const { line } = frame;
    if (frame.problem !== undefined) {
        const error = new UserError(
            'record-too-large',
            `Line ${line} of "${file}" is larger than ${options.maxRecordBytes} bytes.`,
            'Shorten the record, or raise maxRecordBytes.',
            { file, line },
        );
        return { error, line, raw: frame.raw };
    }
    let value: JsonValue;
    try {
        value = parseExactJson(frame.text);
    } catch (error) {
        return { error: malformed(line, file, (error as Error).message), line, raw: shortened(frame.text) };
    }
    if (isTooDeep(value)) return { error: recordTooDeep(file, line), line, raw: shortened(frame.text) };
    if (isJsonObject(value)) return { data: value, line };
    return { error: notAnObject(`Line ${line}`, file, line), line, raw: shortened(frame.text) };
}

function malformed(line: number, file: string, why: string): UserError {
    return new UserError(
        'malformed-line',
        `Line ${line} of "${file}" is not valid JSON: ${shortened(why, 200)}`,
        'Correct the line; each line must hold one whole JSON object.',
        { file, line },
    );
}

export function notAnObject(what: string, file: string, line: number): UserError {
    return new UserError(
        'record-not-an-object',
        `${what} of "${file}" is not a JSON object, and only objects can be records.`,
        'Write each record as an object, such as {"sku": "L1"}.',
        { file, line },
    );
}
