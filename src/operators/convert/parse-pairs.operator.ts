import { type JsonObject, type JsonValue, textOf } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { quoted, refuse } from '../refuse';
import { conversion, onBlank } from './blank-field';

export const parsePairs = defineOperator({
    code: 'parsePairs',
    name: 'Parse pairs',
    description:
        'Turns a text of names and values, such as "color=Red,size=M", into an object; in a list every such text.',
    category: 'convert',
    guarantees:
        'A value may stand in quotes and then holds anything; a quote inside is doubled. Blanks around names and values are removed. A name that comes twice has its last value. Values that are no text stay as they are.',
    limits: 'A piece that looks like a pair is one: without quotes a value cannot hold a separator followed by a name and a sign.',
    schema: config({
        path: field.path('Field', 'Text that is read.', { example: 'additional_attributes' }),
        target: field.path('Target', 'Field that gets the object; absent: the same field.').optional(),
        separator: field.text('Separator', 'Text between two pairs.', { example: ',' }).min(1).default(','),
        sign: field.text('Sign', 'Text between a name and its value.', { example: '=' }).min(1).default('='),
        quote: field.text('Quote', 'Character around values that hold a separator. Empty: none.').max(1).default('"'),
        onLoosePiece: field
            .choice('Pieces without a sign', 'What a piece is that holds no sign, as in "note=big, red,size=M".', {
                APPEND: 'It belongs to the value before it, with the separator.',
                REJECT: 'The record is refused.',
            })
            .default('APPEND'),
        onBlank,
    }),
    examples: [
        {
            title: 'Additional attributes of Magento',
            config: { path: 'additional_attributes', target: 'attributes' },
            given: [
                { additional_attributes: 'color=Red,note=big, bold,size="M, L",fit=' },
                { additional_attributes: '' },
            ],
            then: [
                {
                    additional_attributes: 'color=Red,note=big, bold,size="M, L",fit=',
                    attributes: { color: 'Red', note: 'big, bold', size: 'M, L', fit: '' },
                },
                { additional_attributes: '' },
            ],
        },
        {
            title: 'A list of texts',
            config: { path: 'variations' },
            given: [{ variations: ['sku=A-S,size=S', 'sku=A-M,size=M'] }],
            then: [
                {
                    variations: [
                        { sku: 'A-S', size: 'S' },
                        { sku: 'A-M', size: 'M' },
                    ],
                },
            ],
        },
        {
            title: 'No pair at all',
            config: { path: 'attributes' },
            given: [{ attributes: 'red' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, target = path, onBlank: blank, ...format } }) {
        const { read, write, settle } = conversion(path, target, blank);
        return record => {
            const value = read(record);
            if (settle(record, value)) return record;
            const texts = Array.isArray(value) ? value : [value];
            const parsed: JsonValue[] = [];
            for (const text of texts) {
                const pairs = typeof text === 'string' ? pairsOf(text, format) : text;
                if (pairs === undefined) return noPairs(path, text, format);
                parsed.push(pairs);
            }
            write(record, Array.isArray(value) ? parsed : parsed[0]!);
            return record;
        };
    },
});

interface Format {
    separator: string;
    sign: string;
    quote: string;
    onLoosePiece: 'APPEND' | 'REJECT';
}

function pairsOf(text: string, format: Format): JsonObject | undefined {
    const pairs: JsonObject = {};
    let name: string | undefined;
    for (const piece of piecesOf(text, format)) {
        const at = piece.indexOf(format.sign);
        if (at > 0) {
            name = piece.slice(0, at).trim();
            if (name !== '__proto__') pairs[name] = unquoted(piece.slice(at + format.sign.length).trim(), format.quote);
        } else if (piece.trim() !== '') {
            if (name === undefined || format.onLoosePiece === 'REJECT') return undefined;
            pairs[name] = `${textOf(pairs[name])}${format.separator}${piece.trimEnd()}`;
        }
    }
    return pairs;
}

/** Cuts at separators, except within quotes that begin right behind a sign. */
function piecesOf(text: string, { separator, sign, quote }: Format): string[] {
    const pieces: string[] = [];
    for (let start = 0; start <= text.length;) {
        let end = text.indexOf(separator, start);
        const signAt = text.indexOf(sign, start);
        if (quote !== '' && signAt !== -1 && (end === -1 || signAt < end)) {
            const opens = signAt + sign.length;
            const closes = text[opens] === quote ? closingQuote(text, opens + 1, quote, separator) : -1;
            if (closes !== -1) end = text.indexOf(separator, closes);
        }
        if (end === -1) end = text.length;
        pieces.push(text.slice(start, end));
        start = end + separator.length;
    }
    return pieces;
}

/** The quote that ends the value: not doubled, and nothing but a separator or the end behind it. */
function closingQuote(text: string, from: number, quote: string, separator: string): number {
    for (let at = text.indexOf(quote, from); at !== -1; at = text.indexOf(quote, at + 1)) {
        if (text[at + 1] === quote) {
            at++;
            continue;
        }
        const rest = text.slice(at + 1).trimStart();
        return rest === '' || rest.startsWith(separator) ? at : -1;
    }
    return -1;
}

function unquoted(value: string, quote: string): string {
    if (quote === '' || value.length < 2 || !value.startsWith(quote) || !value.endsWith(quote)) return value;
    return value.slice(1, -1).replaceAll(quote + quote, quote);
}

const noPairs = (path: string, got: JsonValue | undefined, { sign, separator }: Format) =>
    refuse(
        'pairs-expected',
        path,
        got ?? null,
        `${quoted(got ?? null)} in "${path}" is no list of pairs such as "name${sign}value${separator}name${sign}value".`,
        'Correct the text, or choose another separator or sign.',
    );
