import type { TypeName } from './column-type';
import { withoutExponent } from './fit-value';

/** One text for all spellings of a key that the database takes for the same: `1.50` and `1.5`, `10:00` and `10:00:00`. */
export function keyText(text: string, type: TypeName | undefined): string {
    switch (type) {
        case 'decimal':
        case 'float':
            return plainNumber(text);
        case 'uuid':
            return text.toLowerCase();
        case 'time':
            return withoutZeros(text.length === 5 ? `${text}:00` : text);
        case 'timestamp':
            return withoutZeros(text);
        default:
            return text;
    }
}

function plainNumber(text: string): string {
    const [whole = '', fraction] = withoutExponent(text)
        .replace(/^[+-]?0*/, '')
        .split('.');
    const size = withoutZeros(`${whole || '0'}.${fraction ?? ''}`);
    return text.startsWith('-') && size !== '0' ? `-${size}` : size;
}

function withoutZeros(text: string): string {
    if (!text.includes('.')) return text;
    let end = text.length;
    while (text[end - 1] === '0') end--;
    return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}
