import { TokenParser, TokenType } from '@streamparser/json';
import { isJsonObject, isTooDeep, JsonValue, MAX_JSON_DEPTH } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { ExtractedItem } from '../../sdk/extractor';
import { mayHoldInexactNumbers } from './exact-numbers';
import { ExactTokenizer } from './json-document';
import type { JsonOptions } from './json-parser';
import { recordTooDeep } from '../parsing';
import { LineCounter } from './line-counter';
import { notAnObject } from './ndjson-parser';
import { objectEnd } from './object-end';

type Token = Parameters<TokenParser['write']>[0] & { offset: number };

/** Every open list and object around the records is held; no real document nests them like this. */
const MAX_DOCUMENT_DEPTH = 1_000;
/** The tokenizer holds a single text as a whole; a larger one ends the file. */
const MAX_TOKEN_BYTES = 64 * 1024 * 1024;
/** Of a record whose end has not come, which is looked for again with each chunk; a longer one goes to the tokenizer. */
const MAX_HELD_BYTES = 256 * 1024;
const NAMES_TO_SHOW = 10;
const NULL_TOKEN = { token: TokenType.NULL, value: null };
/** Counted in what the tokenizer was given. */
const TOKENIZER_POSITION = /at chunk position "\d+" \(absolute position "(\d+)"\) in state \w+/;
const NOTHING = Buffer.alloc(0);
const BRACE = 0x7b;

/**
 * Picks the records out of a document. The document around them goes through a tokenizer and a parser (which sees each
 * record as null, so that it stays small and still checks the grammar). A record that stands whole in what has been read
 * is left to JSON.parse, which is ten times as fast; one that is not, or about which there is something to say, goes
 * through the tokenizer and a parser of its own.
 */
export class JsonRecords {
    count = 0;

    private readonly tokenizer = new ExactTokenizer();
    private readonly document = new TokenParser({ paths: [], keepStack: false });
    private readonly path: string[];
    private readonly lines = new LineCounter();
    private containers: { list: boolean; key: string | undefined }[] = [];
    private lastText = '';
    private listsSeen: string[] = [];
    private namesSeen = new Set<string>();
    private found = false;
    /** Depth of the list's own items while inside the list, else 0. */
    private itemDepth = 0;
    private lastTokenOffset = 0;
    private record: { depth: number; offset: number; line: number; refused?: UserError; value?: JsonValue } | undefined;
    private recordParser = this.newRecordParser();
    /** Beginning of a record. */
    private held: Buffer = NOTHING;
    /** Bytes that the tokenizer was not given, so that its positions lack them. */
    private untokenizedBytes = 0;
    /** Among other items the tokenizer may be in the middle of a text, and a brace would not begin a record. */
    private onlyRecords = true;

    constructor(
        private readonly options: JsonOptions,
        private readonly file: string,
        private readonly add: (item: ExtractedItem) => void,
    ) {
        this.path = options.recordsPath ? options.recordsPath.split('.') : [];
        this.tokenizer.onToken = token => {
            token.offset += this.untokenizedBytes;
            this.onToken(token);
        };
    }

    write(chunk: Buffer): void {
        const bytes = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
        this.lines.startChunk(bytes);
        let at = 0;
        try {
            while (at < bytes.length) {
                const next = this.isBetweenRecords ? this.nextRecord(bytes, at) : this.upToList(bytes, at);
                if (next === undefined) break;
                at = next;
            }
        } catch (error) {
            throw this.syntaxError(error);
        }
        this.held = bytes.subarray(at);
        this.lines.endChunk(at);
        const read = this.lines.bytesRead;
        if (this.record && read - this.record.offset > this.options.maxRecordBytes)
            this.refuse(this.tooLarge(this.record.line));
        if (read - this.lastTokenOffset > Math.max(MAX_TOKEN_BYTES, this.options.maxRecordBytes * 2)) {
            throw this.wrong(
                'json-text-too-large',
                `holds a single text of more than ${MAX_TOKEN_BYTES} bytes`,
                'Check that the file is complete and is JSON.',
            );
        }
        // Enough has been seen to name the lists that there are.
        if (this.containers[0]?.list === false && this.path.length === 0) throw this.listNotFound();
    }

    end(): void {
        try {
            this.tokenizer.write(this.held);
            this.tokenizer.end();
            if (!this.document.isEnded) throw new Error('it ends in the middle of a value');
        } catch (error) {
            throw this.syntaxError(error);
        }
        if (!this.found) throw this.listNotFound();
    }

    private get isBetweenRecords(): boolean {
        return this.onlyRecords && !this.record && this.itemDepth > 0 && this.containers.length === this.itemDepth;
    }

    /** Goes on behind what may open the list; inside of a record that is read bit by bit, to the end. */
    private upToList(bytes: Buffer, start: number): number {
        const bracket = this.record || this.itemDepth > 0 ? -1 : bytes.indexOf('[', start);
        return this.tokenize(bytes, start, bracket === -1 ? bytes.length : bracket + 1);
    }

    /** Goes on behind the record that begins here, or behind what stands before one; undefined if its end has not come. */
    private nextRecord(bytes: Buffer, start: number): number | undefined {
        let at = start;
        while (at < bytes.length && isBetweenItems(bytes[at]!)) at++;
        if (at > start) return this.tokenize(bytes, start, at);
        if (bytes[start] !== BRACE) {
            this.onlyRecords = false;
            return start;
        }
        const end = objectEnd(bytes, start);
        if (end === undefined && bytes.length - start <= Math.min(MAX_HELD_BYTES, this.options.maxRecordBytes)) {
            return undefined;
        }
        if (end !== undefined && this.takeWhole(bytes, start, end)) return end;
        return this.tokenize(bytes, start, end ?? bytes.length);
    }

    /** False when the record has to be looked at token by token. */
    private takeWhole(bytes: Buffer, start: number, end: number): boolean {
        if (end - start >= this.options.maxRecordBytes) return false;
        const text = bytes.toString('utf8', start, end);
        if (mayHoldInexactNumbers(text)) return false;
        let data: JsonValue;
        try {
            data = JSON.parse(text) as JsonValue;
        } catch {
            return false;
        }
        if (!isJsonObject(data) || isTooDeep(data)) return false;
        const { bytesRead } = this.lines;
        const line = this.lines.at(bytesRead + start);
        const lastLine = this.lines.at(bytesRead + end);
        this.lastTokenOffset = bytesRead + end;
        this.untokenizedBytes += end - start;
        this.document.write(NULL_TOKEN);
        this.count++;
        this.add(lastLine > line ? { data, line, lastLine } : { data, line });
        return true;
    }

    private tokenize(bytes: Buffer, start: number, end: number): number {
        if (end > start) this.tokenizer.write(bytes.subarray(start, end));
        return end;
    }

    private onToken(token: Token): void {
        this.lastTokenOffset = token.offset;
        if (this.record) return this.inRecord(token, this.record);
        if (this.itemDepth > 0 && this.containers.length === this.itemDepth && isValue(token)) {
            const line = this.lines.at(token.offset);
            this.count++;
            if (opens(token)) {
                this.record = { depth: 0, offset: token.offset, line };
                return this.inRecord(token, this.record);
            }
            this.document.write(NULL_TOKEN);
            this.add({ error: notAnObject(`Record ${this.count} (line ${line})`, this.file, line), line });
            return;
        }
        this.document.write(token);
        this.follow(token);
    }

    private inRecord(token: Token, record: NonNullable<JsonRecords['record']>): void {
        if (opens(token)) record.depth++;
        if (closes(token)) record.depth--;
        if (record.depth > MAX_JSON_DEPTH && !record.refused) this.refuse(recordTooDeep(this.file, record.line));
        if (!record.refused) this.recordParser.write(token);
        if (record.depth > 0) return;
        this.record = undefined;
        this.document.write(NULL_TOKEN);
        const { line, value } = record;
        const lastLine = this.lines.at(token.offset);
        if (!record.refused && token.offset - record.offset >= this.options.maxRecordBytes)
            record.refused = this.tooLarge(line);
        if (record.refused) this.add({ error: record.refused, line });
        else if (value === undefined || !isJsonObject(value)) {
            this.add({ error: notAnObject(`Record ${this.count} (line ${line})`, this.file, line), line });
        } else this.add(lastLine > line ? { data: value, line, lastLine } : { data: value, line });
    }

    /** Knows where in the document the next token stands. */
    private follow(token: Token): void {
        const top = this.containers.at(-1);
        if (token.token === TokenType.STRING) this.lastText = String(token.value);
        else if (token.token === TokenType.COLON && top) {
            top.key = this.lastText;
            if (this.containers.length === 1 && this.namesSeen.size < NAMES_TO_SHOW) this.namesSeen.add(top.key);
        } else if (opens(token)) {
            const list = token.token === TokenType.LEFT_BRACKET;
            if (list) this.openList();
            this.containers.push({ list, key: undefined });
            if (this.containers.length > MAX_DOCUMENT_DEPTH) throw this.documentTooDeep();
        } else if (closes(token)) {
            if (this.containers.length === this.itemDepth) this.itemDepth = 0;
            this.containers.pop();
        }
    }

    private openList(): void {
        if (this.containers.some(container => container.list)) return;
        const here = this.containers.map(container => container.key ?? '');
        if (this.listsSeen.length < NAMES_TO_SHOW && here.length > 0) this.listsSeen.push(here.join('.'));
        if (here.length !== this.path.length || here.some((part, i) => part !== this.path[i])) return;
        this.found = true;
        this.itemDepth = this.containers.length + 1;
    }

    private newRecordParser(): TokenParser {
        const parser = new TokenParser({ paths: ['$'], separator: '' });
        parser.onValue = ({ value }) => {
            if (this.record) this.record.value = value as JsonValue;
        };
        return parser;
    }

    /** Lets go of what has been read of the record; the rest of it is only counted through. */
    private refuse(error: UserError): void {
        if (!this.record || this.record.refused) return;
        this.record.refused = error;
        this.recordParser = this.newRecordParser();
    }

    private tooLarge(line: number): UserError {
        return new UserError(
            'record-too-large',
            `The record at line ${line} of "${this.file}" is larger than ${this.options.maxRecordBytes} bytes.`,
            'Shorten the record, check recordsPath, or raise maxRecordBytes.',
            { file: this.file, line },
        );
    }

    private documentTooDeep(): UserError {
        return this.wrong(
            'json-too-deep',
            `nests lists and objects more than ${MAX_DOCUMENT_DEPTH} levels deep before the records`,
            'Check that the file is what it should be, and recordsPath.',
        );
    }

    private listNotFound(): UserError {
        const lists = this.listsSeen.length > 0 ? `Lists in it: ${this.listsSeen.join(', ')}.` : undefined;
        if (this.path.length === 0) {
            return this.wrong(
                'json-not-a-list',
                'holds one JSON object and not a list of records',
                lists
                    ? `Set recordsPath to the list of records. ${lists}`
                    : 'Set recordsPath to the list of records, or format to NDJSON if each line is a record.',
            );
        }
        const names = [...this.namesSeen].join(', ');
        return this.wrong(
            'records-path-not-found',
            `has no list at recordsPath "${this.options.recordsPath}"`,
            lists ?? (names ? `At its top level there are: ${names}.` : 'Check recordsPath.'),
        );
    }

    private syntaxError(error: unknown): UserError {
        if (error instanceof UserError) return error;
        let offset = this.lastTokenOffset;
        const message = (error as Error).message.replace(TOKENIZER_POSITION, (_, position: string) => {
            offset = Number(position) + this.untokenizedBytes;
            return `at byte ${offset + 1}`;
        });
        const line = this.lines.at(offset);
        const secondDocument = this.document.isEnded;
        return new UserError(
            'malformed-json',
            `"${this.file}" is not valid JSON at line ${line}: ${secondDocument ? 'something follows after the end of the document' : message}.`,
            secondDocument
                ? 'Set format to NDJSON if each line is a record of its own.'
                : 'Correct the file from this line on; the records before it have been read.',
            { file: this.file, line },
            { cause: error },
        );
    }

    private wrong(code: string, what: string, hint: string): UserError {
        return new UserError(code, `"${this.file}" ${what}.`, hint, { file: this.file, field: 'recordsPath' });
    }
}

/** White space and commas, which the grammar is asked about. */
function isBetweenItems(byte: number): boolean {
    return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0x2c;
}

function opens({ token }: Token): boolean {
    return token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET;
}

function closes({ token }: Token): boolean {
    return token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET;
}

function isValue(token: Token): boolean {
    const { token: type } = token;
    return (
        opens(token) ||
        type === TokenType.STRING ||
        type === TokenType.NUMBER ||
        type === TokenType.TRUE ||
        type === TokenType.FALSE ||
        type === TokenType.NULL
    );
}
