import { type ID, TransactionalConnection } from '@vendure/core';
import type { SelectQueryBuilder } from 'typeorm';
import type { CatalogHost } from '../../catalog/catalog-scope';
import { DataHubRecordError } from '../../entities';
import { defineExtractor, type ExtractedItem } from '../../sdk/extractor';
import { config, field } from '../../sdk/field';
import { QUARANTINE } from './replay-definition';

const rowsPerPage = 500;
/** Refused records may have a megabyte each: a page of such ones is read in parts. */
const rowsPerRead = 50;

/**
 * Reads the records of one replay that were refused at one step. Only for the definitions of replay runs. Rows keep
 * their replay whatever state they are set to meanwhile, so a resumed run finds the same records in the same places.
 */
export const quarantineExtractor = defineExtractor({
    code: QUARANTINE,
    internal: true,
    name: 'Quarantine',
    description: 'Reads refused records that are sent again. Made by replays; not for pipelines of your own.',
    category: 'Internal',
    schema: config({
        replayId: field.text('Replay', 'Id that the rows of the replay carry.'),
        step: field.text('Step', 'Step that refused the records.'),
    }),
    guarantees: 'Records come in the order in which they were refused, each with the origin that it had at first.',
    limits: 'A replay cannot be resumed once rows of it have been deleted or sent again by another replay.',
    examples: [{ title: 'Records of one step', config: { replayId: '7f9c…', step: 'load' } }],

    async fingerprint({ config: { replayId, step }, context }) {
        return `${await rowsOf(context.host as CatalogHost, replayId, step).getCount()} records`;
    },

    async *read({ config: { replayId, step }, context }) {
        const host = context.host as CatalogHost;
        let after: ID | undefined;
        for (;;) {
            const query = rowsOf(host, replayId, step).orderBy('error.id').limit(rowsPerPage);
            if (after !== undefined) query.andWhere('error.id > :after', { after });
            const places = await query.getMany();
            for (let from = 0; from < places.length; from += rowsPerRead) {
                const part = places.slice(from, from + rowsPerRead);
                const records = await recordsOf(host, part);
                yield { items: part.map(row => itemOf(row, records.get(row.id))) };
            }
            if (places.length < rowsPerPage) return;
            after = places.at(-1)!.id;
        }
    },
});

function rowsOf(host: CatalogHost, replayId: string, step: string): SelectQueryBuilder<DataHubRecordError> {
    return host.injector
        .get(TransactionalConnection)
        .rawConnection.getRepository(DataHubRecordError)
        .createQueryBuilder('error')
        .where('error.replayId = :replayId AND error.step = :step', { replayId, step });
}

async function recordsOf(
    host: CatalogHost,
    rows: readonly DataHubRecordError[],
): Promise<Map<ID, DataHubRecordError['record']>> {
    const found = await host.injector
        .get(TransactionalConnection)
        .rawConnection.getRepository(DataHubRecordError)
        .createQueryBuilder('error')
        .select(['error.id', 'error.record'])
        .where('error.id IN (:...ids)', { ids: rows.map(({ id }) => id) })
        .getMany();
    return new Map(found.map(({ id, record }) => [id, record]));
}

function itemOf(row: DataHubRecordError, data: DataHubRecordError['record'] | undefined): ExtractedItem {
    const { sourceStep, recordIndex, file, line } = row;
    return {
        data: data ?? {},
        origin: {
            step: sourceStep,
            index: recordIndex,
            ...(file === null ? {} : { file }),
            ...(line === null ? {} : { line }),
        },
    };
}
