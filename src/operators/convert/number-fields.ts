import { JsonValue } from '../../../shared/json';
import { field } from '../../sdk/field';
import { UserError } from '../../sdk/errors';
import { Rejected } from '../../sdk/outcome';
import { quoted, refuse } from '../refuse';
import { DecimalFormat } from './decimal';

/** Config fields that all operators reading numbers share. */
export const numberFields = {
    decimalSign: field
        .choice('Decimal sign', 'What stands between units and fractions.', {
            '.': 'A point: 19.99',
            ',': 'A comma: 19,99',
        })
        .default('.'),
    thousandsSign: field
        .choice('Thousands sign', 'What may stand between groups of three digits.', {
            '': 'Nothing: 1299.00',
            ',': 'A comma: 1,299.00',
            '.': 'A point: 1.299,00',
            ' ': 'A blank: 1 299,00',
            "'": 'An apostrophe: 1’299.00',
        })
        .default(''),
    onInvalid: field
        .choice('Not a number', 'What happens to text that is no number in this format.', {
            REJECT: 'The record is refused.',
            NULL: 'The field becomes null.',
            KEEP: 'The text stays.',
        })
        .default('REJECT'),
};

export function checkSigns({ decimalSign, thousandsSign }: DecimalFormat): void {
    if (decimalSign !== thousandsSign) return;
    throw new UserError(
        'number-format-ambiguous',
        `"${decimalSign}" cannot be the decimal sign and the thousands sign at once.`,
        'Choose another thousands sign.',
        { field: 'thousandsSign' },
    );
}

export function notANumber(path: string, got: JsonValue, format: DecimalFormat): Rejected {
    const code = /price/i.test(path) ? 'price-not-a-number' : 'not-a-number';
    const sample = `1${format.thousandsSign}299${format.decimalSign}50`;
    return refuse(
        code,
        path,
        got,
        `"${path}" must be a number such as ${sample}, and it is ${quoted(got)}.`,
        'Correct the value, or set the decimal sign and the thousands sign of your source.',
    );
}
