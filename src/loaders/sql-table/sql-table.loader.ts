import { z } from 'zod';
import type { OutboundHost } from '../../catalog/catalog-scope';
import { UserError } from '../../sdk/errors';
import { defineLoader } from '../../sdk/loader';
import { NoColumnsError, SqlTableLoad } from './sql-table-load';
import { sqlTableSchema, SqlTableSettings } from './sql-table-settings';
import { TargetTable } from './target-table';

export const sqlTableLoader = defineLoader({
    code: 'sqlTable',
    name: 'SQL table',
    description:
        'Writes records into a table of a PostgreSQL, MySQL, MariaDB or SQLite database over a stored connection.',
    category: 'outbound',
    entityType: 'Row',
    withoutPlan: true,
    schema: sqlTableSchema,
    record: z.record(z.string(), z.json()),
    guarantees:
        'A batch is written in one transaction together with a mark in the table data_hub_applied_batch, by which a batch that is repeated after a crash is recognised: no row stands twice. With replace and truncateAndInsert readers see all old rows or all new ones, and a run that fails leaves the table as it was. A value that does not fit its column rejects its record only. A dry run counts and refuses as a run would and writes nothing.',
    limits: 'Guards and undo know nothing of other databases. In MySQL a replace is atomic, but the SQL around it is not part of it. A run with replace or truncateAndInsert that has failed cannot be resumed.',
    examples: [
        {
            title: 'Stock for a report',
            config: { connection: 'warehouse', table: 'stock', mode: 'replace', createTable: true },
            record: { sku: '00123', stock: 4 },
        },
        {
            title: 'Products by SKU',
            config: { connection: 'warehouse', table: 'product', mode: 'upsert', keyColumns: ['sku'] },
            record: { sku: 'TS-S', name: 'T-shirt', price: 1799 },
        },
    ],
    async create({ config: settings, host }: { config: SqlTableSettings; host: OutboundHost }) {
        const { connection, mode, keyColumns, preSql, postSql, table } = settings;
        if (mode === 'upsert' && keyColumns.length === 0) {
            throw new UserError('key-columns-missing', 'The mode upsert needs key columns.', 'Set keyColumns.');
        }
        const database = await host.databases.connection(connection);
        if (preSql.length + postSql.length > 0 && !database.allowsSql) {
            throw new UserError(
                'sql-not-allowed',
                `The connection "${connection}" does not allow pipelines to run SQL.`,
                'Remove preSql and postSql, or ask those who keep the connection to set allowSql.',
            );
        }
        const noColumns = (): UserError =>
            new NoColumnsError('columns-unknown', `There is no table "${table}" and no record to make it from.`);
        const target = new TargetTable(database, settings, host.runKey, noColumns);
        await target.check();
        return new SqlTableLoad(database, settings, target, host.runKey);
    },
});
