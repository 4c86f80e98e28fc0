import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';

/** Every open element is held; the parts of a workbook nest a dozen levels. */
const MAX_DEPTH = 200;

export interface XmlHandler {
    open?(name: string, attributes: Record<string, string>): void;
    text?(text: string): void;
    close?(name: string): void;
}

/** Feeds an XML part to a handler and yields the size of each chunk, so that the caller can take what it made. Names lose their prefix. */
export async function* xmlEvents(
    chunks: AsyncIterable<Buffer>,
    handler: XmlHandler,
): AsyncGenerator<number, void, undefined> {
    const parser = new SaxesParser({ position: false });
    const decoder = new StringDecoder('utf8');
    parser.on('error', error => {
        throw error;
    });
    let depth = 0;
    parser.on('opentag', tag => {
        if (++depth > MAX_DEPTH) throw new Error(`its elements are nested more than ${MAX_DEPTH} levels deep`);
        handler.open?.(local(tag.name), tag.attributes as Record<string, string>);
    });
    parser.on('text', text => handler.text?.(text));
    parser.on('cdata', text => handler.text?.(text));
    parser.on('closetag', tag => {
        depth--;
        handler.close?.(local(tag.name));
    });
    for await (const chunk of chunks) {
        parser.write(decoder.write(chunk));
        yield chunk.length;
    }
    parser.close();
    yield 0;
}

export async function readXml(chunks: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
    const events = xmlEvents(chunks, handler);
    while (!(await events.next()).done);
}

function local(name: string): string {
    const colon = name.indexOf(':');
    return colon === -1 ? name : name.slice(colon + 1);
}
