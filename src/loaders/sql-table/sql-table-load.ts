import { createHash } from 'node:crypto';
import { JsonObject, textOf } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import type { DatabaseSession, OutboundDatabase } from '../../outbound/outbound-databases';
import { DataHubError, TransientError, UserError } from '../../sdk/errors';
import type { DirectLoader, DirectLoadResult, LoadPlace } from '../../sdk/loader';
import { reject } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { AppliedBatches, Outcome } from './applied-batches';
import { quoteTable } from './sql-names';
import { RowMaker, TableRow } from './table-rows';
import { Prepared, TargetTable } from './target-table';
import { RowWriter, Written } from './write-rows';
import type { SqlTableSettings } from './sql-table-settings';

/** One step of one run that writes to a table. Holds nothing but what the table looks like. */
export class SqlTableLoad implements DirectLoader {
    private prepared: Promise<Prepared> | undefined;

    constructor(
        private readonly database: OutboundDatabase,
        private readonly settings: SqlTableSettings,
        private readonly target: TargetTable,
        private readonly run: string,
    ) {}

    orderOf(record: JsonObject): string[] {
        const { mode, keyColumns, columns, connection, table, schema = '' } = this.settings;
        if (mode !== 'upsert') return [];
        const values = keyColumns.map(key => {
            const from = columns?.find(({ name }) => name === key)?.from ?? key;
            return textOf(getPath(record, from) ?? '');
        });
        return [JSON.stringify([connection, schema, table, ...values])];
    }

    async load(records: readonly PipelineRecord[], _scope: unknown, place: LoadPlace): Promise<DirectLoadResult> {
        const prepared = await this.prepare(place.step, records);
        const { rows, refused } = this.rowsOf(records, prepared);
        if (rows.length === 0) return resultOf({ created: 0, updated: 0, refused });
        const batch = batchKey(records, place);
        return this.transaction(async session => {
            const applied = this.applied(session, place.step);
            const earlier = await applied.claim(batch);
            if (earlier) return asBefore(earlier, records, place);
            // The marks of batches are gone by then: only the claim above is late enough to be sure.
            if (await applied.find('FINISHED')) throw finished(this.settings.table);
            const written = await this.writer(session, prepared).write(rows);
            const refusedThere = written.refused.map(({ record, error }) => ({
                record,
                error: inWordsOf(this.settings.table, prepared.into.table, error),
            }));
            const all = { ...written, refused: [...refused, ...refusedThere] };
            // What has written nothing may be tried again as often as anybody likes.
            if (written.created + written.updated === 0) await applied.forget(batch);
            else await applied.record(batch, outcomeOf(all, place));
            return resultOf(all);
        });
    }

    async plan(records: readonly PipelineRecord[]): Promise<DirectLoadResult> {
        return this.transaction(async session => {
            const { columns, exists } = await this.target.look(session, records);
            const { rows, refused } = this.rowsOf(records, { columns, into: this.target.name });
            if (!exists || this.settings.mode !== 'upsert')
                return resultOf({ created: rows.length, updated: 0, refused });
            const planned = await this.writer(session, { columns, into: this.target.name }).plan(rows);
            return resultOf({ ...planned, refused });
        });
    }

    async finish(step: string): Promise<void> {
        const isDone = await this.transaction(session => this.target.isFinished(session, this.applied(session, step)));
        if (isDone) return;
        const prepared = await this.prepare(step, []).catch(thrown => {
            if (thrown instanceof NoColumnsError) return undefined;
            throw thrown;
        });
        if (prepared) await this.target.finish(step, prepared);
    }

    async abandon(step: string): Promise<void> {
        await this.target.abandon(step);
    }

    /** Once for each process; a failure is tried again with the next batch. */
    private prepare(step: string, records: readonly PipelineRecord[]): Promise<Prepared> {
        this.prepared ??= this.target.prepare(step, records).catch((thrown: unknown) => {
            this.prepared = undefined;
            throw concernsEveryRecord(thrown);
        });
        return this.prepared;
    }

    private rowsOf(records: readonly PipelineRecord[], { columns }: Prepared) {
        const maker = new RowMaker(columns, this.settings.columns, this.keys, this.settings.table);
        const rows: TableRow[] = [];
        const refused: Written['refused'] = [];
        for (const record of records) {
            const row = maker.rowOf(record);
            if (row instanceof DataHubError) refused.push({ record, error: row });
            else rows.push(row);
        }
        return { rows, refused };
    }

    private writer(session: DatabaseSession, { into, columns }: Prepared): RowWriter {
        return new RowWriter(session, quoteTable(session.kind, into), columns, this.keys);
    }

    private get keys(): string[] {
        return this.settings.mode === 'upsert' ? this.settings.keyColumns : [];
    }

    private applied(session: DatabaseSession, step: string): AppliedBatches {
        return new AppliedBatches(session, this.target.name, this.run, step);
    }

    private transaction<T>(work: (session: DatabaseSession) => Promise<T>): Promise<T> {
        return this.database.transaction(this.settings.statementTimeoutSeconds * 1_000, work);
    }
}

/** There is no table, and nothing tells what it should look like. */
export class NoColumnsError extends UserError {}

/** A worker that has lost the run to another one must not write what that one has finished. */
function finished(table: string): TransientError {
    return new TransientError(
        'table-finished',
        `This run has finished the table "${table}" already, so nothing more is written.`,
        'Start a new run.',
    );
}

/** The database names the table that the rows are gathered in, which is nobody's but ours. */
function inWordsOf(table: string, gathered: string, { code, message, hint, place }: DataHubError): UserError {
    const named = (text: string): string => text.replaceAll(gathered, () => table);
    return new UserError(code, named(message), hint, place.field ? { ...place, field: named(place.field) } : place);
}

/** The engine would look for the record that is to blame. */
function concernsEveryRecord(thrown: unknown): unknown {
    if (!(thrown instanceof UserError) || thrown instanceof NoColumnsError) return thrown;
    const { code, message, hint, place } = thrown;
    return new TransientError(code, message, hint, place, { cause: thrown });
}

/** The same for the same records at the same place, however the batch is split. */
function batchKey(records: readonly PipelineRecord[], place: LoadPlace): string {
    const positions = records.map(record => place.positionOf(record));
    const digest = createHash('sha256')
        .update(JSON.stringify([place.batch, positions]))
        .digest('hex');
    return `${place.batch.slice(0, 80)}:${digest.slice(0, 16)}`;
}

function resultOf({ created, updated, refused }: Written): DirectLoadResult {
    const rejected = refused.map(({ record, error }) => ({ record, rejected: reject(error) }));
    return { created, updated, unchanged: 0, rejected };
}

function outcomeOf({ created, updated, refused }: Written, place: LoadPlace): Outcome {
    const rejected = refused.map(({ record, error: { code, message, hint, place: where } }) => ({
        position: place.positionOf(record),
        code,
        message,
        hint,
        field: where.field,
    }));
    return { created, updated, rejected };
}

function asBefore({ created, updated, rejected }: Outcome, records: readonly PipelineRecord[], place: LoadPlace) {
    const byPosition = new Map(records.map(record => [place.positionOf(record), record]));
    const refused = rejected.flatMap(({ position, code, message, hint, field }) => {
        const record = byPosition.get(position);
        return record ? [{ record, error: new UserError(code, message, hint, field ? { field } : {}) }] : [];
    });
    return resultOf({ created, updated, refused });
}
