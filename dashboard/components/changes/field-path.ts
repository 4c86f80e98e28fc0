/** A path of a change set, taken apart. What applies to the kind of field is given, the rest is not. */
export interface FieldPath {
    /** The field itself, such as `name`, `price` or `erpId`. */
    field: string;
    languageCode?: string;
    channel?: string;
    currencyCode?: string;
    location?: string;
    isCustom?: boolean;
}

/** `translations.de.name`, `prices.<channel>.USD`, `stock.<location>`, `customFields.erpId`; other paths stay whole. */
export function parseFieldPath(path: string): FieldPath {
    const [first, second, third, ...rest] = partsOf(path);
    if (first === 'translations' && second && third) {
        return { ...parseFieldPath([third, ...rest].map(escape).join('.')), languageCode: second };
    }
    if (first === 'prices' && second && third) return { field: 'price', channel: second, currencyCode: third };
    if (first === 'stock' && second) return { field: 'stock', location: second };
    if (first === 'adjustments' && third) return { field: 'stockAdjustment', location: third };
    if (first === 'customFields' && second) {
        return { field: [second, third, ...rest].filter(Boolean).join('.'), isCustom: true };
    }
    return { field: path };
}

/** "Out of stock threshold" for `outOfStockThreshold`: for fields that nobody has given a name. */
export function wordsOf(field: string): string {
    const words = field
        .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
        .replace(/[_.-]+/g, ' ')
        .replace(/ ([A-Z])(?=[a-z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
    return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A dot that belongs to a name is written `\.`. */
const partsOf = (path: string): string[] => path.split(/(?<!\\)\./).map(part => part.replaceAll('\\.', '.'));

const escape = (part: string): string => part.replaceAll('.', '\\.');
