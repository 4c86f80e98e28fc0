import { TransactionalConnection } from '@vendure/core';
import { config, field } from '../../sdk/field';
import { defineExtractor, ExtractedItem } from '../../sdk/extractor';
import type { CatalogHost } from '../catalog-scope';
import { idFromRow } from './ids';
import { LedgerReader } from './ledger-reader';
import { asData } from './undo-record';

const schema = config({
    runId: field.text('Run', 'Id of the run whose changes are read.', { example: '12' }),
});

/** Reads what a run did. For undo only; pipelines of users have no use for it. */
export const ledgerExtractor = defineExtractor({
    code: 'ledger',
    internal: true,
    name: 'Changes of a run',
    description:
        'Reads what a run changed, one product or other entity at a time, with all its changes folded into one.',
    category: 'Internal',
    schema,
    guarantees:
        'The same ledger gives the same records in the same order. Pages through it, whatever the size of the run.',
    limits: 'Knows of a run what its ledger says; rows that retention has deleted are not read.',
    examples: [{ title: 'What run 12 did', config: { runId: '12' } }],
    fingerprint: ({ config: { runId }, context }) => readerOf(runId, context.host).fingerprint(),
    async *read({ config: { runId }, context }) {
        let index = 0;
        for await (const records of readerOf(runId, context.host).pages()) {
            context.signal.throwIfAborted();
            const items = records.map(({ record, file, line }): ExtractedItem => {
                const origin = {
                    step: LEDGER_STEP,
                    index: index++,
                    ...(file === null ? {} : { file }),
                    ...(line === null ? {} : { line }),
                };
                return { data: asData(record), origin };
            });
            yield { items };
        }
    },
});

/** Key of the EXTRACT step of an undo. */
export const LEDGER_STEP = 'ledger';

function readerOf(runId: string, host: unknown): LedgerReader {
    const { injector } = host as CatalogHost;
    return new LedgerReader(injector.get(TransactionalConnection).rawConnection, idFromRow(runId));
}
