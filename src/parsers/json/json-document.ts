import { TokenParser, Tokenizer } from '@streamparser/json';
import { JsonValue } from '../../../shared/json';
import { exactNumber, mayHoldInexactNumbers } from './exact-numbers';

/** Keeps numbers that a float would change as text, see {@link exactNumber}. */
export class ExactTokenizer extends Tokenizer {
    protected override parseNumber(text: string): number {
        // The type is the library's; a text goes through its parser unchanged.
        return exactNumber(text) as number;
    }
}

/** One JSON document, with exact numbers. Throws a SyntaxError-like error. */
export function parseExactJson(json: string): JsonValue {
    if (!mayHoldInexactNumbers(json)) return JSON.parse(json) as JsonValue;
    // JSON.parse refuses some documents with a better message, and costs little beside the other.
    JSON.parse(json);
    const tokenizer = new ExactTokenizer();
    const parser = new TokenParser({ paths: ['$'] });
    let result: JsonValue = null;
    tokenizer.onToken = token => parser.write(token);
    parser.onValue = ({ value }) => (result = value as JsonValue);
    tokenizer.write(json);
    tokenizer.end();
    return result;
}
