import { XmlHandler } from './xml-events';

/** Held as long as the workbook is read. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_TEXTS = 32 * 1024 * 1024;
/** Excel itself allows 32,767 characters in a cell. */
const MAX_TEXT_LENGTH = 16 * 1024 * 1024;

/** Texts that cells refer to by number, kept as UTF-8 in one block instead of as that many objects. */
export class SharedStrings {
    private bytes = Buffer.alloc(64 * 1024);
    private ends = new Uint32Array(4096);
    private count = 0;
    private used = 0;

    constructor(private readonly refusal: (because: string) => Error) {}

    /** While a text is still being put together. */
    check(text: string): void {
        if (text.length > MAX_TEXT_LENGTH)
            throw this.refusal(`one of its texts has more than ${MAX_TEXT_LENGTH} characters`);
    }

    add(text: string): void {
        const length = Buffer.byteLength(text);
        if (this.used + length > MAX_BYTES || this.count >= MAX_TEXTS)
            throw this.refusal(`its texts have more than ${MAX_BYTES} bytes, or are more than ${MAX_TEXTS}`);
        if (this.used + length > this.bytes.length) this.bytes = grownBuffer(this.bytes, this.used + length);
        this.used += this.bytes.write(text, this.used);
        if (this.count === this.ends.length) {
            const grown = new Uint32Array(this.ends.length * 2);
            grown.set(this.ends);
            this.ends = grown;
        }
        this.ends[this.count++] = this.used;
    }

    get(index: number): string | undefined {
        if (!(index >= 0 && index < this.count)) return undefined;
        return this.bytes.toString('utf8', index === 0 ? 0 : this.ends[index - 1], this.ends[index]);
    }
}

/** Reads the part `xl/sharedStrings.xml`. Phonetic readings (`rPh`) do not belong to the text. */
export function sharedStringsHandler(strings: SharedStrings): XmlHandler {
    let text = '';
    let inText = false;
    let inPhonetic = false;
    return {
        open(name) {
            if (name === 'si') text = '';
            else if (name === 't') inText = !inPhonetic;
            else if (name === 'rPh') inPhonetic = true;
        },
        text(more) {
            if (!inText) return;
            text += more;
            strings.check(text);
        },
        close(name) {
            if (name === 'si') strings.add(text);
            else if (name === 't') inText = false;
            else if (name === 'rPh') inPhonetic = false;
        },
    };
}

function grownBuffer(bytes: Buffer<ArrayBuffer>, needed: number): Buffer<ArrayBuffer> {
    const grown = Buffer.alloc(Math.max(needed, bytes.length * 2));
    bytes.copy(grown);
    return grown;
}
