import { z } from 'zod';
import type { ConfigOf } from '../../sdk/adapter';
import { config, field } from '../../sdk/field';
import { SQL_TYPE } from './create-table';
import { INFERRED_TYPES } from './infer-columns';

const typeName = z.enum(INFERRED_TYPES);

const column = z.strictObject({
    name: field.text('Column', 'Name of the column.'),
    from: field.path('Field', 'Path in the record. Default: the name of the column.').optional(),
    type: field
        .of(typeName, 'Type', 'With createTable. Default: the type that the values of the first batch have in common.')
        .optional(),
});

const statements = (label: string, when: string) =>
    field
        .list(
            z
                .string()
                .min(1)
                .refine(text => !/^\s*(begin|start|commit|rollback|end|savepoint|release)\b/i.test(text), {
                    message: 'the loader begins and ends its transactions itself',
                }),
            label,
            `Statements that are run ${when}. The connection must allow SQL.`,
            { advanced: true },
        )
        .default([]);

export const sqlTableSchema = config({
    connection: field.text(
        'Connection',
        'Code of a stored connection of the type postgres, mysql, mariadb or sqlite.',
        {
            example: 'warehouse',
        },
    ),
    schema: field.text('Schema', 'Schema (MySQL: database) of the table. Default: that of the connection.').optional(),
    table: field.text('Table', 'Name of the table, exactly as it is written in the database.', { example: 'stock' }),
    mode: field
        .choice('Mode', 'What becomes of rows that are there already.', {
            append: 'They stay; every record is a new row.',
            upsert: 'The row with the key of a record is updated; others stay.',
            replace: 'The table is replaced by a new one of the same structure, at once, when all records are loaded.',
            truncateAndInsert: 'All rows are replaced, at once, when all records are loaded; the table itself stays.',
        })
        .default('append'),
    keyColumns: field
        .list(
            z.string().min(1),
            'Key columns',
            'Columns that identify a row, with upsert; a unique index must have exactly these. They are the primary key of a table that is made.',
            { example: ['sku'] },
        )
        .default([]),
    columns: field
        .list(column, 'Columns', 'What is written. Default: every field of the record, into the column of its name.')
        .optional(),
    createTable: field
        .flag(
            'Create table',
            'Make the table when it is missing, with the types that the values of the first batch have in common.',
        )
        .default(false),
    typeMap: field
        .of(
            z.partialRecord(typeName, z.string().regex(SQL_TYPE, 'not the name of an SQL type')),
            'Type map',
            'SQL types instead of the usual ones, with createTable.',
            { advanced: true, example: { decimal: 'numeric(12,2)' } },
        )
        .default({}),
    preSql: statements(
        'SQL before',
        'once for each run, before the first row (replace, truncateAndInsert: right before the new rows are shown, in the same transaction)',
    ),
    postSql: statements(
        'SQL after',
        'once for each run, after the last row (replace, truncateAndInsert: in the transaction that shows the new rows)',
    ),
    statementTimeoutSeconds: field
        .count('Statement timeout', 'How many seconds one statement may take.', { advanced: true })
        .default(300),
});

export type SqlTableSettings = ConfigOf<{ schema: typeof sqlTableSchema }>;
