import { type DataSource, In, type Repository } from 'typeorm';
import { inOwnTransaction } from '../../catalog/sql/single-connection';
import type { CatalogScope } from '../../catalog/catalog-scope';
import { classifyIfDatabaseError } from '../../catalog/sql/classify-error';
import { DataHubSpoolChunk } from '../../entities';
import type { Spool } from '../../runtime/ports';
import type { PipelineRecord } from '../../sdk/record';
import { decodeChunk, encodeChunk, missingChunk } from '../../spool/chunk-codec';
import type { SpoolFactory } from '../../spool/spool-factory';
import { channelKey } from '../../spool/spool-names';

const rowsPerStatement = 100;

/** A table of the shop's own database: for several machines without a common disk. */
export class DatabaseSpoolFactory implements SpoolFactory {
    constructor(private readonly database: DataSource) {}

    open(runId: string): Spool {
        return new DatabaseSpool(this.database, runId);
    }

    async *runs(): AsyncIterable<string> {
        for (let last = ''; ;) {
            const next = await rowsOf(this.database)
                .createQueryBuilder('row')
                .select('MIN(row.run)', 'run')
                .where('row.run > :last', { last })
                .getRawOne<{ run: string | null }>();
            if (!next?.run) return;
            yield next.run;
            last = next.run;
        }
    }

    async removeRun(runId: string): Promise<void> {
        await this.open(runId).remove();
    }
}

/**
 * Every write is a statement of its own. On SQLite, where it would take part in whatever transaction is open, it waits
 * until none is: so whoever writes from inside a transaction must hand it over as `scope`, and then writes in it.
 */
class DatabaseSpool implements Spool {
    constructor(
        private readonly database: DataSource,
        private readonly run: string,
    ) {}

    async put(channel: string, chunk: number, records: readonly PipelineRecord[], scope?: CatalogScope): Promise<void> {
        const place = { ...this.channelOf(channel), chunk };
        const row = { ...place, records: (await encodeChunk(records)).toString('base64') };
        if (scope) {
            const table = scope.sql.table(DataHubSpoolChunk);
            await scope.sql.delete(table, Object.keys(place), [Object.values(place)]);
            await scope.sql.insert(table, Object.keys(row), [Object.values(row)]);
            return;
        }
        await this.alone(() => rowsOf(this.database).upsert(row, ['run', 'channelKey', 'chunk']));
    }

    async chunks(channel: string): Promise<number[]> {
        const where = this.channelOf(channel);
        const rows = await rowsOf(this.database).find({ select: { chunk: true }, where, order: { chunk: 'ASC' } });
        return rows.map(({ chunk }) => chunk);
    }

    async read(channel: string, chunk: number): Promise<PipelineRecord[]> {
        const name = `chunk ${chunk} of ${channel}`;
        const where = { ...this.channelOf(channel), chunk };
        const row = await rowsOf(this.database).findOne({ select: { records: true }, where });
        if (!row) throw missingChunk(name);
        return decodeChunk(Buffer.from(row.records, 'base64'), name);
    }

    async removeChannel(channel: string): Promise<void> {
        await this.removeRows(this.channelOf(channel));
    }

    async remove(): Promise<void> {
        await this.removeRows({ run: this.run });
    }

    /** In bits, so that no statement holds its locks for long. */
    private async removeRows(where: { run: string; channelKey?: string }): Promise<void> {
        for (let full = true; full;) {
            const rows = await rowsOf(this.database).find({ select: { id: true }, where, take: rowsPerStatement });
            if (rows.length > 0)
                await this.alone(() => rowsOf(this.database).delete({ id: In(rows.map(({ id }) => id)) }));
            full = rows.length === rowsPerStatement;
        }
    }

    private channelOf(channel: string): { run: string; channelKey: string } {
        return { run: this.run, channelKey: channelKey(channel) };
    }

    private async alone<T>(statement: () => Promise<T>): Promise<T> {
        try {
            return await inOwnTransaction(this.database, statement);
        } catch (error) {
            throw classifyIfDatabaseError(error);
        }
    }
}

const rowsOf = (database: DataSource): Repository<DataHubSpoolChunk> => database.getRepository(DataHubSpoolChunk);
