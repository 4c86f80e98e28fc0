import { UserError } from '../../sdk/errors';
import { PageBuffer, Pages, Parsing } from '../parsing';
import { TextSource } from '../text/text-source';
import { JsonRecords } from './json-records';

export interface JsonOptions {
    /** Dotted path of the list of records; absent: the document is the list. */
    recordsPath?: string;
    maxRecordBytes: number;
}

/**
 * A list of objects in one JSON document, read as a stream. Numbers that a float would change (long ids, long
 * decimals) arrive as text. A syntax error ends the file, since what follows it cannot be told apart.
 */
export async function* parseJson(source: TextSource, options: JsonOptions, parsing: Parsing): Pages {
    const page = new PageBuffer();
    const records = new JsonRecords(options, parsing.file, item => page.add(item));
    for await (const chunk of source.chunks()) {
        parsing.signal.throwIfAborted();
        let failure: UserError | undefined;
        try {
            records.write(chunk);
        } catch (error) {
            failure = error as UserError;
        }
        // What was read before the fault goes out first, so that the same records pass however the file is chunked.
        yield* page.take(failure !== undefined);
        if (failure !== undefined) throw failure;
    }
    let failure: UserError | undefined;
    try {
        records.end();
    } catch (error) {
        failure = error as UserError;
    }
    yield* page.take(true);
    if (failure) throw failure;
    if (records.count === 0) parsing.warn(`The list of records in "${parsing.file}" is empty.`);
}
