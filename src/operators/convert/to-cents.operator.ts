import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { quoted, refuse } from '../refuse';
import { conversion, onBlank } from './blank-field';
import { decimalParser, scaled } from './decimal';
import { checkSigns, notANumber, numberFields } from './number-fields';

export const toCents = defineOperator({
    code: 'toCents',
    name: 'Money to minor units',
    description:
        'Turns a decimal amount such as "19.99" into whole minor units such as 1999, as Vendure stores prices.',
    category: 'convert',
    guarantees: 'Exact: the digits are moved as text and never pass through a float.',
    schema: config({
        path: field.path('Field', 'Amount that is read.', { example: 'price' }),
        target: field.path('Target', 'Field that gets the minor units; absent: the same field.').optional(),
        decimals: field
            .integer('Decimals', 'Digits of the minor unit: 2 for EUR and USD, 0 for JPY, 3 for KWD.')
            .min(0)
            .max(6)
            .default(2),
        rounding: field
            .choice('Rounding', 'What happens to an amount with more digits than the minor unit has.', {
                REJECT: 'The record is refused, so that no money is lost unseen.',
                HALF_UP: 'Halves go away from zero: 0.125 → 0.13.',
                HALF_EVEN: 'Halves go to the even neighbour: 0.125 → 0.12.',
                DOWN: 'Further digits are cut off.',
            })
            .default('REJECT'),
        ...numberFields,
        onBlank,
    }),
    examples: [
        {
            title: 'Prices of a CSV',
            config: { path: 'price' },
            given: [
                { price: '19.99' },
                { price: '910.7' },
                { price: '5' },
                { price: 1.1 },
                { price: '0.10000' },
                { price: '' },
            ],
            then: [{ price: 1999 }, { price: 91070 }, { price: 500 }, { price: 110 }, { price: 10 }, {}],
        },
        {
            title: 'Decimal comma and thousands',
            config: { path: 'Preis', target: 'price', decimalSign: ',', thousandsSign: '.' },
            given: [{ Preis: '1.299,00' }],
            then: [{ Preis: '1.299,00', price: 129900 }],
        },
        {
            title: 'A letter among the digits',
            config: { path: 'price' },
            given: [{ price: '12,9O' }],
            then: [],
            rejected: 1,
        },
        {
            title: 'A fraction of a cent',
            config: { path: 'price' },
            given: [{ price: '1.005' }],
            then: [],
            rejected: 1,
        },
        {
            title: 'Rounded',
            config: { path: 'price', rounding: 'HALF_UP' },
            given: [{ price: '1.005' }, { price: '-1.005' }],
            then: [{ price: 101 }, { price: -101 }],
        },
    ],
    create({ config: { path, target = path, decimals, rounding, onInvalid, onBlank: blank, ...format } }) {
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
            const minorUnits = scaled(decimal, decimals, rounding);
            if (minorUnits === undefined) {
                return refuse(
                    'amount-not-exact',
                    path,
                    value,
                    `"${path}" is ${quoted(value)}, which is no exact amount with ${decimals} decimals.`,
                    'Correct the amount, or choose how to round.',
                );
            }
            write(record, minorUnits);
            return record;
        };
    },
});
