import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { quoted, refuse } from '../refuse';
import { conversion, onBlank } from './blank-field';
import { decimalParser } from './decimal';
import { checkSigns, notANumber, numberFields } from './number-fields';

export const toNumber = defineOperator({
    code: 'toNumber',
    name: 'To number',
    description: 'Turns text into a number. For money use "toCents", which never passes through a float.',
    category: 'convert',
    guarantees: 'Never guesses: a text that is not wholly a number is refused.',
    limits: 'Keeps about 15 digits, as JSON numbers do.',
    schema: config({
        path: field.path('Field', 'Field that is read.', { example: 'stockOnHand' }),
        target: field.path('Target', 'Field that gets the number; absent: the same field.').optional(),
        integer: field.flag('Whole numbers only', 'Refuses numbers with a fraction.').default(false),
        ...numberFields,
        onBlank,
    }),
    examples: [
        {
            title: 'Stock',
            config: { path: 'stock', integer: true },
            given: [{ stock: '100' }, { stock: ' -10 ' }, { stock: '' }, { stock: 7 }],
            then: [{ stock: 100 }, { stock: -10 }, {}, { stock: 7 }],
        },
        {
            title: 'Decimal comma',
            config: { path: 'weight', decimalSign: ',', thousandsSign: '.' },
            given: [{ weight: '1.299,5' }],
            then: [{ weight: 1299.5 }],
        },
        { title: 'Not a number', config: { path: 'price' }, given: [{ price: '12,9O' }], then: [], rejected: 1 },
        {
            title: 'A fraction where there must be none',
            config: { path: 'n', integer: true },
            given: [{ n: '1.5' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, target = path, integer, onInvalid, onBlank: blank, ...format } }) {
        checkSigns(format);
        const parse = decimalParser(format);
        const { read, write, settle } = conversion(path, target, blank);
        return record => {
            const value = read(record);
            if (settle(record, value)) return record;
            const decimal = parse(value);
            if (!decimal) {
                if (onInvalid === 'REJECT') return notANumber(path, value, format);
                if (onInvalid === 'NULL') write(record, null);
                return record;
            }
            if (integer && /[1-9]/.test(decimal.fraction)) {
                const message = `"${path}" must be a whole number, and it is ${quoted(value)}.`;
                return refuse('not-a-whole-number', path, value, message, 'Correct the value in the source.');
            }
            const number = Number(`${decimal.negative ? '-' : ''}${decimal.whole}.${decimal.fraction || '0'}`);
            if (!Number.isFinite(number)) {
                const message = `"${path}" is ${quoted(value)}, which is larger than any number can be.`;
                return refuse('number-too-large', path, value, message, 'Correct the value in the source.');
            }
            write(record, number === 0 ? 0 : number);
            return record;
        };
    },
});
