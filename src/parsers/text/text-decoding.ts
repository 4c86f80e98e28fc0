import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';

/** Turns bytes into valid UTF-8. Bytes that mean nothing in the encoding are an error, never U+FFFD. */
export interface TextDecoding {
    write(bytes: Buffer): Buffer;
    /** Throws when the input ended within a character. */
    end(): void;
}

const COMMON_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'windows-1250', 'windows-1251', 'iso-8859-1',
    'iso-8859-2', 'iso-8859-15', 'macintosh', 'cp437', 'cp850', 'shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr']; // prettier-ignore

/** `begin` holds at least the first four bytes, or all there are. */
export function textDecodingFor(begin: Buffer, file: string, encoding?: string): TextDecoding {
    if (begin.length >= 3 && begin.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return new Utf8(file, 3);
    const mark = begin.subarray(0, 2).toString('hex');
    const named = encoding === undefined ? undefined : encoding.toLowerCase().replace(/[^a-z0-9]/g, '');
    if (mark === 'fffe' && (named === undefined || named.startsWith('utf16'))) return new Utf16(file, 'utf-16le');
    if (mark === 'feff' && (named === undefined || named.startsWith('utf16'))) return new Utf16(file, 'utf-16be');
    if (named === undefined) {
        refuseBinary(begin, file);
        return new Utf8(file, 0);
    }
    if (named === 'utf8') return new Utf8(file, 0);
    if (named === 'utf16le' || named === 'utf16') return new Utf16(file, 'utf-16le');
    if (named === 'utf16be') return new Utf16(file, 'utf-16be');
    assertEncoding(encoding!);
    return new Legacy(file, encoding!);
}

/** Throws when iconv-lite does not know the name. */
export function assertEncoding(encoding: string): void {
    const known: boolean = iconv.encodingExists(encoding);
    if (known) return;
    throw new UserError(
        'unknown-encoding',
        `There is no text encoding "${encoding}".`,
        didYouMean(encoding, COMMON_ENCODINGS),
        { field: 'encoding', got: encoding },
    );
}

class Utf8 implements TextDecoding {
    private readonly position = new Position();
    private tail: Buffer = Buffer.alloc(0);

    constructor(
        private readonly file: string,
        private skipBytes: number,
    ) {}

    write(bytes: Buffer): Buffer {
        let input = this.tail.length > 0 ? Buffer.concat([this.tail, bytes]) : bytes;
        if (this.skipBytes > 0) {
            input = input.subarray(this.skipBytes);
            this.position.bytes += this.skipBytes;
            this.skipBytes = 0;
        }
        const cut = input.length - incompleteTailLength(input);
        const text = input.subarray(0, cut);
        this.tail = Buffer.from(input.subarray(cut));
        if (!isUtf8(text)) throw this.invalid(text);
        this.position.pass(text);
        return text;
    }

    end(): void {
        if (this.tail.length > 0) throw this.invalid(this.tail);
    }

    private invalid(text: Buffer): UserError {
        const at = firstInvalidUtf8(text);
        this.position.pass(text.subarray(0, at));
        const likely = analyse(text).find(match => match.name !== 'UTF-8' && iconv.encodingExists(match.name))?.name;
        return new UserError(
            'invalid-encoding',
            `"${this.file}" is not valid UTF-8: line ${this.position.line} holds the byte ` +
                `0x${text[at]!.toString(16).padStart(2, '0')} (byte ${this.position.bytes + 1} of the text)` +
                (likely ? `; it looks like ${likely}.` : '.'),
            likely
                ? `Set encoding to "${likely.toLowerCase()}", or save the file as UTF-8.`
                : 'Set the encoding of the file, or save it as UTF-8.',
            { file: this.file, line: this.position.line, field: 'encoding' },
        );
    }
}

/** UTF-16 needs a decoder that rejects lone surrogates. */
class Utf16 implements TextDecoding {
    private readonly decoder: InstanceType<typeof TextDecoder>;
    private readonly position = new Position();

    constructor(
        private readonly file: string,
        private readonly encoding: 'utf-16le' | 'utf-16be',
    ) {
        this.decoder = new TextDecoder(encoding, { fatal: true });
    }

    write(bytes: Buffer): Buffer {
        return this.decode(() => this.decoder.decode(bytes, { stream: true }));
    }

    end(): void {
        this.decode(() => this.decoder.decode());
    }

    private decode(work: () => string): Buffer {
        try {
            const text = Buffer.from(work(), 'utf8');
            this.position.pass(text);
            return text;
        } catch (error) {
            throw new UserError(
                'invalid-encoding',
                `"${this.file}" is not valid ${this.encoding.toUpperCase()}: something at or after line ${this.position.line} is no character.`,
                'The file is damaged, was cut off within a character, or has another encoding; set `encoding`.',
                { file: this.file, line: this.position.line, field: 'encoding' },
                { cause: error },
            );
        }
    }
}

class Legacy implements TextDecoding {
    private readonly decoder;
    private readonly position = new Position();

    constructor(
        private readonly file: string,
        private readonly encoding: string,
    ) {
        this.decoder = iconv.getDecoder(encoding);
    }

    write(bytes: Buffer): Buffer {
        return this.checked(this.decoder.write(bytes));
    }

    end(): void {
        this.checked(this.decoder.end() ?? '');
    }

    private checked(text: string): Buffer {
        const at = text.search(/\ufffd|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
        if (at >= 0) {
            this.position.pass(Buffer.from(text.slice(0, at)));
            throw new UserError(
                'invalid-encoding',
                `"${this.file}" is not valid ${this.encoding}: line ${this.position.line} holds a byte that is no character in it.`,
                'Set another encoding, or save the file as UTF-8.',
                { file: this.file, line: this.position.line, field: 'encoding', got: this.encoding },
            );
        }
        const utf8 = Buffer.from(text, 'utf8');
        this.position.pass(utf8);
        return utf8;
    }
}

class Position {
    bytes = 0;
    line = 1;

    pass(text: Buffer): void {
        this.bytes += text.length;
        for (let i = 0; i < text.length; i++) if (text[i] === 10) this.line++;
    }
}

function refuseBinary(begin: Buffer, file: string): void {
    const zip = begin[0] === 0x50 && begin[1] === 0x4b && begin[2] === 3 && begin[3] === 4;
    const oldExcel = begin.subarray(0, 4).toString('hex') === 'd0cf11e0';
    if (!zip && !oldExcel && !begin.subarray(0, 1024).includes(0)) return;
    throw new UserError(
        'not-a-text-file',
        `"${file}" is not a text file: ${zip ? 'it is an Excel workbook or another zip archive' : oldExcel ? 'it is an Excel file of the old format (.xls)' : 'it holds NUL bytes'}.`,
        zip
            ? 'Set format to XLSX if it is a workbook.'
            : oldExcel
              ? 'Save it as .xlsx or as CSV.'
              : 'If it is UTF-16, set encoding to "utf-16le" or "utf-16be".',
        { file },
    );
}

/** Length of a character at the end that is cut off; 0 if the end is complete or wrong anyway. */
function incompleteTailLength(bytes: Buffer): number {
    for (let back = 1; back <= Math.min(3, bytes.length); back++) {
        const byte = bytes[bytes.length - back]!;
        if (byte < 0x80) return 0;
        if (byte < 0xc0) continue;
        const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        return needed > back ? back : 0;
    }
    return 0;
}

function firstInvalidUtf8(bytes: Buffer): number {
    // The longest valid prefix, by halving; prefixes may end within a character, so their tail is left out.
    let [low, high] = [0, bytes.length];
    while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        const prefix = bytes.subarray(0, middle);
        if (isUtf8(prefix.subarray(0, middle - incompleteTailLength(prefix)))) low = middle;
        else high = middle - 1;
    }
    return Math.min(low - incompleteTailLength(bytes.subarray(0, low)), bytes.length - 1);
}
