import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';

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
    parser.on('opentag', tag => handler.open?.(local(tag.name), tag.attributes as Record<string, string>));
    parser.on('text', text => handler.text?.(text));
    parser.on('cdata', text => handler.text?.(text));
    parser.on('closetag', tag => handler.close?.(local(tag.name)));
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
