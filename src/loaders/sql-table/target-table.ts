import type { DatabaseSession, OutboundDatabase } from '../../outbound/outbound-databases';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import { APPLIED_BATCHES, AppliedBatches } from './applied-batches';
import type { Column } from './column-type';
import { createTable } from './create-table';
import { inferColumns, InferredColumn } from './infer-columns';
import { readColumns } from './live-table';
import type { SqlTableSettings } from './sql-table-settings';
import { quoteTable, TableName } from './sql-names';
import { getPath } from '../../../shared/path';
import * as staged from './staging';
import { isUniqueKey } from './unique-key';

/** Where rows go, and what they must look like. */
export interface Prepared {
    into: TableName;
    columns: Column[];
}

/** The table of a step, from before the first row to after the last one. */
export class TargetTable {
    readonly name: TableName;

    constructor(
        private readonly database: OutboundDatabase,
        private readonly settings: SqlTableSettings,
        private readonly run: string,
        /** There is no table, and nothing tells what it should look like. */
        private readonly noColumns: () => UserError,
    ) {
        this.name = { schema: settings.schema, table: settings.table };
        quoteTable(database.kind, this.name);
    }

    private get isStaged(): boolean {
        return this.settings.mode === 'replace' || this.settings.mode === 'truncateAndInsert';
    }

    /** Before the run begins: what cannot work for any record. Changes nothing. */
    async check(): Promise<void> {
        const { mode, createTable: make, preSql, keyColumns, table } = this.settings;
        await this.transaction(async session => {
            const columns = await readColumns(session, this.name);
            if (!columns && !make && preSql.length === 0) throw tableMissing(table);
            if (columns && mode === 'upsert' && !(await isUniqueKey(session, this.name, keyColumns)))
                throw notUnique(table, keyColumns);
            const obstacles = mode === 'replace' && columns ? await staged.obstaclesToRename(session, this.name) : [];
            if (obstacles.length > 0) throw cannotBeReplaced(table, obstacles);
            const following = this.isStaged && columns ? await staged.tablesThatFollow(session, this.name) : [];
            if (following.length > 0) throw othersFollow(table, following);
            if (!(await this.hasMarks(session))) return;
            if (await this.applied(session, '').runHas('ABANDONED')) throw abandoned(table);
        });
    }

    /** The table as it is, or as it would be made. */
    async look(session: DatabaseSession, records: readonly PipelineRecord[]) {
        const columns = await readColumns(session, this.name);
        if (columns) return { columns, exists: true };
        const planned = this.plannedColumns(records).map(({ name, type }): Column => ({
            name,
            type: { name: type, sqlType: type },
            isNullable: true,
            hasDefault: true,
            isGenerated: false,
            isIdentity: false,
        }));
        return { columns: planned, exists: false };
    }

    /** Makes what is missing. Safe to repeat, by any worker. */
    async prepare(step: string, records: readonly PipelineRecord[]): Promise<Prepared> {
        const { staging } = staged.stagingNames(this.name, this.run, step);
        await this.transaction(async session => {
            if (!(await this.hasMarks(session))) await this.applied(session, step).makeTable();
        });
        await this.transaction(async session => {
            const applied = this.applied(session, step);
            if (await applied.find('ABANDONED')) throw abandoned(this.settings.table);
            const isFirst = !(await applied.claim('BEGUN', { table: this.settings.table }));
            if (isFirst && !this.isStaged) await this.runSql(session, this.settings.preSql);
        });
        return this.transaction(async session => {
            const { keyColumns, typeMap } = this.settings;
            const into = this.isStaged ? staging : this.name;
            let columns = await readColumns(session, this.name);
            if (this.isStaged) {
                await this.applied(session, step).claim('STAGING', { staging: staging.table, table: this.name.table });
                if (columns) await staged.makeLike(session, this.name, staging);
                else columns = await readColumns(session, staging);
            }
            if (!columns) {
                const planned = this.plannedColumns(records);
                if (planned.length === 0) throw this.noColumns();
                await createTable(session, into, planned, keyColumns, typeMap);
                columns = (await readColumns(session, into))!;
            }
            return { into, columns };
        });
    }

    async isFinished(session: DatabaseSession, applied: AppliedBatches): Promise<boolean> {
        return (await this.hasMarks(session)) && (await applied.find('FINISHED')) !== undefined;
    }

    /** Shows what was loaded, whole; once, however often it is called. */
    async finish(step: string, { columns, into }: Prepared): Promise<void> {
        const names = staged.stagingNames(this.name, this.run, step);
        // DDL of MySQL commits by itself, so its rename stands outside the transaction.
        const renamesApart = this.settings.mode === 'replace' && this.database.kind === 'mysql';
        if (renamesApart) await this.renameApart(step, names);
        await this.transaction(async session => {
            const applied = this.applied(session, step);
            if (await applied.claim('FINISHED')) return;
            if (this.isStaged && !renamesApart) {
                await this.runSql(session, this.settings.preSql);
                await staged.advanceIdentities(session, into, columns);
                await this.swap(session, names, columns);
            }
            await this.runSql(session, this.settings.postSql);
            await applied.forgetOthers('FINISHED');
        });
        await this.transaction(async session => {
            const left = await this.applied(session, step).forgetOld();
            const { schema } = this.name;
            for (const table of left.filter(staged.isStagingName)) await staged.dropTable(session, { schema, table });
            if (this.isStaged) await staged.dropTable(session, names.staging);
        });
    }

    /** The target stays as it was; what stood beside it goes. */
    async abandon(step: string): Promise<void> {
        if (!this.isStaged) return;
        const { staging } = staged.stagingNames(this.name, this.run, step);
        await this.transaction(async session => {
            if (!(await this.hasMarks(session))) return;
            const applied = this.applied(session, step);
            if ((await applied.find('BEGUN')) === undefined) return;
            await applied.claim('ABANDONED', { table: this.settings.table });
            await applied.forgetOthers('ABANDONED');
            await staged.dropTable(session, staging);
        });
    }

    private async swap(
        session: DatabaseSession,
        names: staged.StagingNames,
        columns: readonly Column[],
    ): Promise<void> {
        const exists = (await readColumns(session, this.name)) !== undefined;
        const renames = !exists || (this.settings.mode === 'replace' && session.kind !== 'sqlite');
        if (renames) return staged.swapByRename(session, this.name, names);
        await staged.swapRows(session, this.name, names.staging, columns);
        if (session.kind === 'postgres') await staged.advanceIdentities(session, this.name, columns);
    }

    /** Once the staging table is gone by its name, it has become the target. */
    private async renameApart(step: string, names: staged.StagingNames): Promise<void> {
        await this.transaction(async session => {
            if (!(await this.applied(session, step).claim('PRE_SQL'))) await this.runSql(session, this.settings.preSql);
        });
        await this.transaction(async session => {
            if ((await readColumns(session, names.staging)) === undefined) return staged.dropTable(session, names.old);
            await staged.swapByRename(session, this.name, names);
        });
    }

    private plannedColumns(records: readonly PipelineRecord[]): InferredColumn[] {
        const { columns } = this.settings;
        if (!columns) return inferColumns(records.map(({ data }) => data));
        return columns.map(({ name, from = name, type }) => {
            if (type) return { name, type };
            const values = records.map(({ data }) => ({ [name]: getPath(data, from) ?? null }));
            return inferColumns(values)[0] ?? { name, type: 'text' };
        });
    }

    private async runSql(session: DatabaseSession, statements: readonly string[]): Promise<void> {
        for (const statement of statements) await session.execute(statement);
    }

    private async hasMarks(session: DatabaseSession): Promise<boolean> {
        return (await readColumns(session, { ...this.name, table: APPLIED_BATCHES })) !== undefined;
    }

    private applied(session: DatabaseSession, step: string): AppliedBatches {
        return new AppliedBatches(session, this.name, this.run, step);
    }

    private transaction<T>(work: (session: DatabaseSession) => Promise<T>): Promise<T> {
        return this.database.transaction(this.settings.statementTimeoutSeconds * 1_000, work);
    }
}

function tableMissing(table: string): UserError {
    return new UserError(
        'table-missing',
        `There is no table "${table}" in the database, and the step does not make it.`,
        'Create the table, correct its name, or set createTable.',
        { got: table },
    );
}

function notUnique(table: string, keys: readonly string[]): UserError {
    return new UserError(
        'key-not-unique',
        `Rows of "${table}" cannot be matched by ${keys.join(', ')}: no unique index has exactly these columns.`,
        'Create a unique index on them.',
        { got: table },
    );
}

function cannotBeReplaced(table: string, obstacles: readonly string[]): UserError {
    return new UserError(
        'table-not-replaceable',
        `The table "${table}" has ${obstacles.join(' and ')}, which would stay with the old table.`,
        'Use the mode truncateAndInsert, which keeps the table and replaces its rows.',
        { got: table },
    );
}

function othersFollow(table: string, following: readonly string[]): UserError {
    return new UserError(
        'table-not-emptied',
        `All rows of "${table}" are to be replaced, and a foreign key would delete or empty the rows of ${following.map(name => `"${name}"`).join(', ')} with them.`,
        'Use the mode upsert, or take the action ON DELETE off the foreign key.',
        { got: table },
    );
}

function abandoned(table: string): UserError {
    return new UserError(
        'staging-gone',
        `The rows that this run had loaded for "${table}" were dropped when it failed; the table is as it was before.`,
        'Start a new run.',
        { got: table },
    );
}
