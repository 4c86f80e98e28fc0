import { describe, expect, it } from 'vitest';
import { References } from '../references';
import type { Table } from '../sql/sql-session';
import { checkRequired, groupForInsert, groupForUpdate, valueOf } from './rows';

describe('groupForInsert', () => {
    it('puts rows that leave out different columns into one statement, filled as the database would', () => {
        const groups = groupForInsert(product, [
            new Map<string, unknown>([['enabled', false]]),
            new Map<string, unknown>([['featuredAssetId', 7]]),
            new Map<string, unknown>([['customFields.erpId', 'E1']]),
        ]);
        expect(groups).toEqual([
            {
                columns: ['customFields.erpId', 'enabled', 'featuredAssetId'],
                rows: [
                    [null, false, null],
                    [null, true, 7],
                    ['E1', true, null],
                ],
                members: [0, 1, 2],
            },
        ]);
    });

    it('leaves the default of a custom field to the database', () => {
        const groups = groupForInsert(product, [
            new Map<string, unknown>([['customFields.rating', 5]]),
            new Map<string, unknown>([['enabled', true]]),
            new Map<string, unknown>([['customFields.rating', 4]]),
        ]);
        expect(groups.map(({ columns, members }) => [columns, members])).toEqual([
            [
                ['customFields.rating', 'enabled'],
                [0, 2],
            ],
            [['enabled'], [1]],
        ]);
    });

    it('finds a column for rows that give none', () => {
        expect(groupForInsert(product, [new Map(), new Map()])).toEqual([
            { columns: ['enabled'], rows: [[true], [true]], members: [0, 1] },
        ]);
    });
});

describe('groupForUpdate', () => {
    const row = (id: number, set: Record<string, unknown>) => ({ key: [id], set: new Map(Object.entries(set)) });

    it('groups rows that change the same columns', () => {
        const groups = groupForUpdate([
            row(1, { enabled: true, sku: 'A' }),
            row(2, { sku: 'B', enabled: false }),
            row(3, { sku: 'C' }),
        ]);
        expect(groups.map(({ columns, rows }) => [columns, rows])).toEqual([
            [
                ['enabled', 'sku'],
                [
                    [1, true, 'A'],
                    [2, false, 'B'],
                ],
            ],
            [['sku'], [[3, 'C']]],
        ]);
    });

    it('never makes more groups than there are columns, however the rows differ', () => {
        const columns = ['a', 'b', 'c', 'd', 'e'];
        const rows = Array.from({ length: 31 }, (_, mask) =>
            row(mask, Object.fromEntries(columns.filter((_c, bit) => (mask + 1) & (1 << bit)).map(c => [c, mask]))),
        );
        const groups = groupForUpdate(rows);
        expect(groups.map(group => group.columns)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
        expect(groups.map(group => group.rows.length)).toEqual([16, 16, 16, 16, 16]);
    });
});

describe('valueOf', () => {
    it('turns instants into dates for date columns only, and tells null from absent nowhere', () => {
        const at = '2026-03-01T10:00:00.000Z';
        const references = new References();
        expect(valueOf(product, 'deletedAt', at, references)).toEqual(new Date(at));
        expect(valueOf(product, 'customFields.erpId', at, references)).toBe(at);
        expect(valueOf(product, 'deletedAt', undefined, references)).toBeNull();
    });
});

describe('checkRequired', () => {
    it('names the entity and the column that is missing', () => {
        expect(() => checkRequired(product, new Map([['code', null]]), 'Facet', 'colour')).toThrow(
            'Facet "colour" cannot be created: its change set gives no "code".',
        );
    });
});

const columns: Record<string, unknown>[] = [
    { propertyPath: 'id', isGenerated: true },
    { propertyPath: 'code' },
    { propertyPath: 'enabled', type: Boolean, default: true },
    { propertyPath: 'deletedAt', type: Date, isNullable: true },
    { propertyPath: 'featuredAssetId', type: Number, isNullable: true, relationMetadata: {} },
    { propertyPath: 'customFields.erpId', type: 'varchar', isNullable: true },
    { propertyPath: 'customFields.rating', type: 'int', isNullable: true, default: 3 },
];

const product = {
    metadata: {
        columns,
        findColumnWithPropertyPath: (path: string) => columns.find(({ propertyPath }) => propertyPath === path),
    },
} as unknown as Table;
