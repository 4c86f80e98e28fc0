import { SaxesParser } from 'saxes';
import { MAX_JSON_DEPTH } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { ExtractedItem } from '../../sdk/extractor';
import { EmptyCells, PageBuffer, Pages, Parsing, recordTooDeep } from '../parsing';
import { TextSource } from '../text/text-source';
import { ElementBuilder } from './element-builder';

export interface XmlOptions {
    /** Name of the elements that are records, with or without prefix, or the end of their path such as `channel/item`. Absent: the children of the root. */
    recordElement?: string;
    emptyCells: EmptyCells;
    maxRecordBytes: number;
}

/** Every open element is held, also outside of records; no real document nests them like this. */
const MAX_DOCUMENT_DEPTH = 1_000;
/** The parser holds a single text, comment or tag as a whole; a larger one ends the file. */
const MAX_TOKEN_CHARACTERS = 64 * 1024 * 1024;
const NAMES_TO_SHOW = 12;

/**
 * Elements as records, read as a stream. Entities of a DTD are not expanded, they are an error. Malformed XML ends the
 * file, since what follows it cannot be told apart.
 */
export async function* parseXml(source: TextSource, options: XmlOptions, parsing: Parsing): Pages {
    const page = new PageBuffer();
    const records = new XmlRecords(options, parsing.file, item => page.add(item));
    for await (const chunk of source.chunks()) {
        parsing.signal.throwIfAborted();
        records.write(chunk.toString('utf8'));
        // What was read before a fault goes out first, so that the same records pass however the file is chunked.
        yield* page.take(records.failure !== undefined);
        if (records.failure) throw records.failure;
    }
    records.end();
    yield* page.take(true);
    if (records.failure) throw records.failure;
    if (records.count === 0) parsing.warn(records.nothingFound());
}

/** Encoding that an XML declaration names. */
export function declaredXmlEncoding(begin: Buffer): string | undefined {
    return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(begin.toString('latin1'))?.[1];
}

class XmlRecords {
    count = 0;
    failure: UserError | undefined;

    private readonly parser = new SaxesParser();
    private readonly wanted: string[];
    private readonly path: string[] = [];
    private readonly namesSeen = new Set<string>();
    private builder: ElementBuilder | undefined;
    private record = { line: 1, position: 0 };
    private refused: UserError | undefined;
    /** Line of the tag that is being opened: its start, not its end. */
    private tagLine = 1;
    private lastEvent = 0;
    /** The parser reports a wrong closing tag only after it has closed the element with it. */
    private pending: ExtractedItem | undefined;

    constructor(
        private readonly options: XmlOptions,
        private readonly file: string,
        private readonly add: (item: ExtractedItem) => void,
    ) {
        this.wanted = (options.recordElement ?? '').split('/').filter(part => part !== '');
        const { parser } = this;
        // Thrown, so that nothing after the first fault counts.
        parser.on('error', error => {
            throw error;
        });
        parser.on('opentagstart', () => (this.tagLine = parser.line));
        parser.on('opentag', tag => this.openTag(tag.name, tag.attributes as Record<string, string>));
        parser.on('text', text => this.content(builder => builder.text(text)));
        parser.on('cdata', text => this.content(builder => builder.cdata(text)));
        parser.on('closetag', () => this.closeTag());
    }

    write(text: string): void {
        this.run(() => this.parser.write(text));
        if (this.failure) return;
        if (this.builder && this.parser.position - this.record.position > this.options.maxRecordBytes)
            this.refuse(this.tooLarge());
        if (this.parser.position - this.lastEvent > Math.max(MAX_TOKEN_CHARACTERS, this.options.maxRecordBytes * 2)) {
            this.failure = this.error(
                'xml-text-too-large',
                `"${this.file}" holds a single text or tag of more than ${MAX_TOKEN_CHARACTERS} characters.`,
                'Check that the file is complete and is XML.',
            );
        }
    }

    end(): void {
        this.run(() => this.parser.close());
    }

    nothingFound(): string {
        const names = [...this.namesSeen].join(', ');
        return this.options.recordElement
            ? `"${this.file}" has no element "${this.options.recordElement}". Its elements are: ${names}.`
            : `The root element of "${this.file}" has no children, so there are no records.`;
    }

    private openTag(name: string, attributes: Record<string, string>): void {
        this.beginEvent();
        this.path.push(name);
        if (this.path.length > MAX_DOCUMENT_DEPTH) {
            this.failure = this.error(
                'xml-too-deep',
                `"${this.file}" nests elements more than ${MAX_DOCUMENT_DEPTH} levels deep.`,
                'Check that the file is what it should be.',
                this.tagLine,
            );
            throw this.failure;
        }
        if (this.namesSeen.size < NAMES_TO_SHOW) this.namesSeen.add(name);
        if (!this.builder) {
            if (!this.isRecord()) return;
            this.count++;
            this.builder = new ElementBuilder(this.options.emptyCells);
            this.record = { line: this.tagLine, position: this.parser.position };
            this.refused = undefined;
        }
        if (this.builder.depth > MAX_JSON_DEPTH) this.refuse(recordTooDeep(this.file, this.record.line));
        if (this.refused) this.builder.depth++;
        else this.builder.start(name, attributes);
    }

    private content(take: (builder: ElementBuilder) => void): void {
        this.beginEvent();
        if (this.builder && !this.refused) take(this.builder);
    }

    private closeTag(): void {
        this.beginEvent();
        this.path.pop();
        const { builder } = this;
        if (!builder) return;
        const { line } = this.record;
        if (!this.refused && this.parser.position - this.record.position > this.options.maxRecordBytes)
            this.refuse(this.tooLarge());
        if (this.refused) {
            if (--this.builder!.depth > 0) return;
            this.pending = { error: this.refused, line };
        } else {
            const data = builder.end();
            if (!data) return;
            const lastLine = this.parser.line;
            this.pending = lastLine > line ? { data, line, lastLine } : { data, line };
        }
        this.builder = undefined;
    }

    private isRecord(): boolean {
        const { path, wanted } = this;
        if (wanted.length === 0) return path.length === 2;
        if (wanted.length > path.length) return false;
        const end = path.slice(-wanted.length);
        return wanted.every(
            (part, i) => part === end[i] || (!part.includes(':') && part === end[i]!.slice(end[i]!.indexOf(':') + 1)),
        );
    }

    /** Lets go of what has been read of the record; only its depth is followed from here on. */
    private refuse(error: UserError): void {
        if (this.refused) return;
        this.refused = error;
        const { depth } = this.builder!;
        this.builder = new ElementBuilder(this.options.emptyCells);
        this.builder.depth = depth;
    }

    private beginEvent(): void {
        this.lastEvent = this.parser.position;
        this.flush();
    }

    private flush(): void {
        if (this.pending) this.add(this.pending);
        this.pending = undefined;
    }

    private run(work: () => void): void {
        try {
            if (this.failure) return;
            work();
            this.flush();
        } catch (error) {
            this.fail(error as Error);
        }
    }

    /** Only the first fault tells anything; the ones after it follow from it. */
    private fail(error: Error): void {
        if (this.failure) return;
        const what = error.message.replace(/^\d+:\d+: /, '');
        this.failure = this.error(
            'malformed-xml',
            `"${this.file}" is not valid XML at line ${this.parser.line}: ${what}`,
            /entity/.test(what)
                ? 'Write the character itself or a numeric reference; entities of a DTD are not expanded.'
                : 'Correct the file from this line on; the records before it have been read.',
            this.parser.line,
        );
    }

    private tooLarge(): UserError {
        return this.error(
            'record-too-large',
            `The record at line ${this.record.line} of "${this.file}" is larger than ${this.options.maxRecordBytes} bytes.`,
            'Shorten the record, check recordElement, or raise maxRecordBytes.',
        );
    }

    private error(code: string, message: string, hint: string, line = this.record.line): UserError {
        return new UserError(code, message, hint, { file: this.file, line });
    }
}
