import { type JsonObject, textOf } from '../../../shared/json';
import type { OperatorConfig } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import type { Conversion } from '../auto-mapping/targets';

export interface Converted {
    column: string;
    conversion?: Conversion;
    options?: JsonObject;
}

const OPTIONS: Record<Conversion, readonly string[]> = {
    NONE: [],
    TEXT: [],
    MONEY: ['decimals', 'decimalSign', 'thousandsSign'],
    INTEGER: ['decimalSign', 'thousandsSign'],
    NUMBER: ['decimalSign', 'thousandsSign'],
    BOOLEAN: ['trueValues', 'falseValues'],
    DATE: ['dateFormat'],
    LIST: ['separator'],
    FACETS: ['separator', 'facet'],
};

/** Operators that turn the text of a column into what the field takes; the value stays in the column. */
export function conversionSteps({ column: path, conversion = 'NONE', options = {} }: Converted): OperatorConfig[] {
    const unknown = Object.keys(options).find(name => !OPTIONS[conversion].includes(name));
    if (unknown !== undefined) {
        throw new UserError(
            'mapping-option-unknown',
            `The conversion ${conversion} of column "${path}" has no option "${unknown}".`,
            OPTIONS[conversion].length === 0 ? 'Leave it out.' : `Its options are: ${OPTIONS[conversion].join(', ')}.`,
        );
    }
    const { separator, facet, dateFormat, ...rest } = options;
    switch (conversion) {
        case 'NONE':
            return [];
        case 'TEXT':
            return [{ op: 'toText', args: { paths: [path] } }];
        case 'MONEY':
            return [
                { op: 'replace', args: withoutCurrency(path) },
                { op: 'toCents', args: { path, ...rest } },
            ];
        case 'INTEGER':
            return [{ op: 'toNumber', args: { path, integer: true, ...rest } }];
        case 'NUMBER':
            return [{ op: 'toNumber', args: { path, ...rest } }];
        case 'BOOLEAN':
            return [{ op: 'toBoolean', args: { path, ...rest } }];
        case 'DATE':
            return [{ op: 'toDate', args: { path, ...(dateFormat === undefined ? {} : { format: dateFormat }) } }];
        case 'LIST':
            return listSteps(path, separator);
        case 'FACETS':
            return [
                ...listSteps(path, separator),
                ...(facet === undefined ? [] : [{ op: 'prefix', args: { paths: [path], text: `${textOf(facet)}:` } }]),
            ];
    }
}

/** A text without separators is a list of one. */
function listSteps(path: string, separator: JsonObject[string] | undefined): OperatorConfig[] {
    if (separator !== undefined) return [{ op: 'split', args: { path, separator } }];
    return [{ op: 'collect', args: { paths: [path], target: path } }];
}

function withoutCurrency(path: string): OperatorConfig['args'] {
    return {
        paths: [path],
        search: '^(?:[€$£¥]|EUR|USD|GBP|CHF)\\s*|\\s*(?:[€$£¥]|EUR|USD|GBP|CHF)$',
        mode: 'PATTERN',
        ignoreCase: true,
    };
}
