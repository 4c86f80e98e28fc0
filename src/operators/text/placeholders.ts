import { JsonObject } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { isEmpty } from '../conditions/comparison';
import { FieldReader, readerOf } from '../field-access';
import { textOf } from '../value-text';

/** A text with `{{path}}` placeholders, parsed once. */
interface Template {
    render(record: JsonObject): string;
    /** The first placeholder without a value. */
    missingIn(record: JsonObject): string | undefined;
}

export function compileTemplate(text: string): Template {
    const parts: (string | { path: string; read: FieldReader })[] = [];
    let end = 0;
    // Blanks are taken off afterwards: a pattern that does it takes cubic time on a long row of them.
    for (const match of text.matchAll(/\{\{([^{}]+)\}\}/g)) {
        const path = match[1]!.trim();
        if (path === '') continue;
        if (match.index > end) parts.push(text.slice(end, match.index));
        parts.push({ path, read: readerOf(path) });
        end = match.index + match[0].length;
    }
    if (end < text.length) parts.push(text.slice(end));
    if (parts.some(part => typeof part === 'string' && /\{\{|\}\}/.test(part))) {
        throw new UserError(
            'template-invalid',
            `The template "${text}" has braces that do not belong together.`,
            'Write placeholders as {{path}}.',
        );
    }
    return {
        render: record => parts.map(part => (typeof part === 'string' ? part : textOf(part.read(record)))).join(''),
        missingIn: record => {
            for (const part of parts) {
                if (typeof part !== 'string' && isEmpty(part.read(record))) return part.path;
            }
            return undefined;
        },
    };
}
