import { config, field } from '../../sdk/field';
import { UserError } from '../../sdk/errors';
import { defineOperator } from '../../sdk/operator';
import { instantOf } from '../../sdk/instant';
import { quoted, refuse } from '../refuse';
import { textOf } from '../value-text';
import { conversion, onBlank } from './blank-field';

export const toDate = defineOperator({
    code: 'toDate',
    name: 'To date',
    description: 'Turns a date written in a given format into an ISO date and time in UTC.',
    category: 'convert',
    guarantees: 'Refuses days that do not exist, such as 31 February. Independent of the server’s clock and zone.',
    limits: 'Dates without a zone are taken as UTC. Month names are not read.',
    schema: config({
        path: field.path('Field', 'Field that is read.', { example: 'availableFrom' }),
        target: field.path('Target', 'Field that gets the date; absent: the same field.').optional(),
        format: field
            .text(
                'Format',
                'Made of yyyy or yy, MM, dd, HH, mm, ss and the signs between them; yy is a year from 2000 to 2099. Absent: ISO 8601.',
                {
                    example: 'dd.MM.yyyy HH:mm',
                },
            )
            .optional(),
        onBlank,
    }),
    examples: [
        {
            title: 'German dates',
            config: { path: 'from', format: 'dd.MM.yyyy' },
            given: [{ from: '31.01.2026' }, { from: '' }],
            then: [{ from: '2026-01-31T00:00:00.000Z' }, {}],
        },
        {
            title: 'ISO with a zone',
            config: { path: 'from' },
            given: [{ from: '2026-01-31T12:00:00+02:00' }],
            then: [{ from: '2026-01-31T10:00:00.000Z' }],
        },
        {
            title: 'No such day',
            config: { path: 'd', format: 'dd.MM.yyyy' },
            given: [{ d: '31.02.2026' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { path, target = path, format, onBlank: blank } }) {
        const parse = format === undefined ? instantOf : parserFor(format);
        const { read, write, settle } = conversion(path, target, blank);
        return record => {
            const value = read(record);
            if (settle(record, value)) return record;
            const text = textOf(value).trim();
            const instant = parse(text);
            if (instant === undefined) {
                return refuse(
                    'not-a-date',
                    path,
                    value,
                    `"${path}" must be a date such as ${format ?? '2026-01-31'}, and it is ${quoted(value)}.`,
                    'Correct the value, or set the format of your source.',
                );
            }
            write(record, new Date(instant).toISOString());
            return record;
        };
    },
});

const TOKENS = ['yyyy', 'yy', 'MM', 'dd', 'HH', 'mm', 'ss'] as const;

function isToken(part: string | undefined): boolean {
    return (TOKENS as readonly (string | undefined)[]).includes(part);
}

function parserFor(format: string): (text: string) => number | undefined {
    const order: string[] = [];
    const parts = format.match(/yyyy|yy|MM|dd|HH|mm|ss|[^]/g) ?? [];
    const pattern = parts
        .map((part, i) => {
            if (!isToken(part)) return part.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
            order.push(part);
            if (part === 'yyyy') return '(\\d{4})';
            if (part === 'yy') return '(\\d{2})';
            // Without a sign between them nobody could tell where one ends: 2026111.
            return isToken(parts[i - 1]) || isToken(parts[i + 1]) ? '(\\d{2})' : '(\\d{1,2})';
        })
        .join('');
    if (
        !['MM', 'dd'].every(token => order.includes(token)) ||
        !(order.includes('yyyy') || order.includes('yy')) ||
        /[a-zA-Z]/.test(format.replace(/yyyy|yy|MM|dd|HH|mm|ss|T|Z/g, ''))
    ) {
        throw new UserError(
            'date-format-invalid',
            `"${format}" is no date format: it needs yyyy or yy, MM and dd, and knows beside them only HH, mm and ss.`,
            'Write for example dd.MM.yyyy.',
            { field: 'format' },
        );
    }
    const compiled = new RegExp(`^${pattern}$`);
    return text => {
        const match = compiled.exec(text);
        if (!match) return undefined;
        const part = (token: string): string => {
            const at = order.indexOf(token);
            return at === -1 ? '00' : match[at + 1]!.padStart(2, '0');
        };
        const time = order.includes('HH') ? `T${part('HH')}:${part('mm')}:${part('ss')}Z` : '';
        const year = order.includes('yyyy') ? part('yyyy') : `20${part('yy')}`;
        return instantOf(`${year}-${part('MM')}-${part('dd')}${time}`);
    };
}
