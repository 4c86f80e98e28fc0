import { RE2JS } from 're2js';
import { UserError } from '../../sdk/errors';

const MAX_PATTERN_LENGTH = 1_000;
/** Longer texts are not searched: a regular expression over megabytes is a mistake, and batches would stall. */
const MAX_SUBJECT_LENGTH = 100_000;

/** A regular expression that runs in linear time on any text. */
interface SafePattern {
    isFoundIn(text: string): boolean;
    /** `$1` and `$<name>` in the replacement stand for groups, as in JavaScript. */
    replaceAll(text: string, replacement: string): string;
}

/**
 * Compiles a pattern written by a user. The RE2 engine has no backtracking, so no pattern can hang a worker;
 * what it cannot express (look-around, back-references) is refused here with a sentence.
 */
export function compilePattern(pattern: string, options: { ignoreCase?: boolean } = {}): SafePattern {
    if (pattern.length > MAX_PATTERN_LENGTH) {
        throw refused(pattern.slice(0, 50), `it is longer than ${MAX_PATTERN_LENGTH} characters`);
    }
    let compiled: RE2JS;
    try {
        compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), options.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    } catch (error) {
        throw refused(pattern, error instanceof Error ? error.message : String(error));
    }
    return {
        isFoundIn: text => compiled.matcher(checkLength(text)).find(),
        replaceAll: (text, replacement) => compiled.matcher(checkLength(text)).replaceAll(replacement),
    };
}

function checkLength(text: string): string {
    if (text.length <= MAX_SUBJECT_LENGTH) return text;
    throw new UserError(
        'text-too-long-for-pattern',
        `A text of ${text.length} characters is too long for a regular expression; at most ${MAX_SUBJECT_LENGTH} are searched.`,
        'Shorten the text first, or use plain text instead of a pattern.',
    );
}

function refused(pattern: string, why: string): UserError {
    return new UserError(
        'pattern-refused',
        `The regular expression "${pattern}" cannot be used: ${why}.`,
        'Patterns run in linear time: look-ahead, look-behind and back-references do not exist. Rewrite it without them.',
        { field: 'pattern' },
    );
}
