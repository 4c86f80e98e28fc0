import { TransactionalConnection } from '@vendure/core';
import { z } from 'zod';
import { textOf } from '../../../../shared/json';
import { DataHubReference } from '../../../entities/data-hub-reference.entity';
import type { ChangeSet, EntityChange } from '../../../sdk/change-set';
import { UserError } from '../../../sdk/errors';
import { config, field } from '../../../sdk/field';
import { defineLoader, Loader } from '../../../sdk/loader';
import type { PipelineRecord } from '../../../sdk/record';
import { idFromText } from '../../apply/batch';
import { ChangeSetApplier } from '../../apply/change-set-applier';
import { type DescriptionBook, descriptionsIn } from '../../apply/description-book';
import type { EntityDescription } from '../../apply/entity-description';
import type { CatalogHost, CatalogScope } from '../../catalog-scope';
import { CatalogFollowUps } from '../../follow-ups/catalog-follow-ups';
import { followUpFields } from '../../follow-ups/follow-up-fields';
import { References } from '../../references';
import type { SqlSession } from '../../sql/sql-session';
import { goneSince, sourceOfRun } from './missing-references';
import { isDealtWith, type Standing, standingOf } from './standing';

const schema = config({
    source: field.text('Source', 'Name of the system that has the records no longer.', { example: 'erp' }),
    entityType: field.text('Entity', 'What the records had become.', { example: 'Product' }),
    onMissing: field.choice('Missing records', 'What happens to what came no more.', {
        DISABLE: 'It is disabled.',
        DELETE: 'It is soft-deleted.',
    }),
    ...followUpFields,
});

const record = z.object({ referenceId: z.string(), entityId: z.string(), externalId: z.string() });

interface MissingState {
    standing: Standing;
    decided: Set<string>;
    records: Map<ChangeSet, PipelineRecord>;
}

/** Disables or deletes what the `missing` extractor reads. Added to runs by the setting `onMissing` of their LOAD steps. */
export const missingLoader = defineLoader({
    code: 'missing',
    internal: true,
    name: 'Missing records',
    description: 'Disables or soft-deletes the entities whose records came no more.',
    category: 'Internal',
    entityType: 'Product',
    schema,
    record,
    guarantees:
        'What is disabled or deleted already is left alone, and so is what came under another id of the same source. A batch is read and written with a number of statements that does not depend on its size.',
    limits: 'Only for entities that can be disabled, or that Vendure soft-deletes.',
    examples: [
        {
            title: 'A product that the ERP has no longer',
            config: { source: 'erp', entityType: 'Product', onMissing: 'DISABLE' },
            record: { referenceId: '7', entityId: '12', externalId: 'P-12' },
        },
    ],
    async create({ config: settings, host }: { config: z.output<typeof schema>; host: CatalogHost }) {
        const { rawConnection } = host.injector.get(TransactionalConnection);
        const description = descriptionOf(settings, descriptionsIn(rawConnection));
        const applier = new ChangeSetApplier(host);
        const followUps = new CatalogFollowUps(host, settings);
        const runId = host.run?.id ?? '';
        const markGone = async (records: readonly PipelineRecord[], sql: SqlSession): Promise<void> => {
            const table = sql.table(DataHubReference);
            const rows = records.map(({ data }) => [idFromText(textOf(data.referenceId), table), goneSince(runId)]);
            if (rows.length > 0 && !host.dryRun) await sql.update(table, ['id'], ['lastSeenRun'], rows);
        };
        const loader: Loader<CatalogScope, MissingState> = {
            keysOf: data => [`reference:${textOf(data.referenceId)}`],
            orderOf: data => [`${settings.entityType}:${textOf(data.entityId)}`],
            nameOf: data => textOf(data.externalId),
            async resolve(records, { sql }) {
                const ids = records.map(({ data }) => textOf(data.entityId));
                return {
                    standing: await standingOf(ids, sourceOfRun(settings, host), description, sql),
                    decided: new Set(),
                    records: new Map(),
                };
            },
            compare(one, state) {
                const entityId = textOf(one.data.entityId);
                const key = state.standing.live?.get(entityId)?.key ?? textOf(one.data.externalId);
                if (isDealtWith(entityId, state.standing, settings.onMissing) || state.decided.has(entityId)) {
                    return { action: 'UNCHANGED', key, entities: [] };
                }
                state.decided.add(entityId);
                const change = changeOf(settings, entityId, key);
                const changeSet: ChangeSet = { action: change.action, key, entities: [change] };
                state.records.set(changeSet, one);
                return changeSet;
            },
            async apply(changeSets, { records }, scope) {
                await applier.apply(changeSets, new References(), scope);
                await markGone(
                    changeSets.flatMap(changeSet => records.get(changeSet) ?? []),
                    scope.sql,
                );
            },
            afterCommit: changeSets => followUps.batchCommitted(changeSets),
            afterRun: () => followUps.runEnded(),
        };
        return loader;
    },
});

function changeOf(
    { entityType, onMissing }: { entityType: string; onMissing: 'DISABLE' | 'DELETE' },
    entityId: string,
    key: string,
): EntityChange {
    return onMissing === 'DISABLE'
        ? { entityType, entityId, key, action: 'UPDATE', fields: [{ path: 'enabled', before: true, after: false }] }
        : { entityType, entityId, key, action: 'DELETE', fields: [{ path: 'deletedAt', before: null }] };
}

function descriptionOf(
    { entityType, onMissing }: { entityType: string; onMissing: string },
    descriptions: DescriptionBook,
): EntityDescription {
    const description = descriptions.find(entityType);
    const path = onMissing === 'DISABLE' ? 'enabled' : 'deletedAt';
    if (description && path in description.paths) return description;
    throw new UserError(
        'missing-not-supported',
        `onMissing: a ${entityType} cannot be ${onMissing === 'DISABLE' ? 'disabled' : 'soft-deleted'}.`,
        'Choose REPORT, and look at what the log names.',
        { field: 'onMissing', got: onMissing },
    );
}
