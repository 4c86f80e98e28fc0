import { ConfigService, type CustomFieldConfig, TransactionalConnection } from '@vendure/core';
import { z } from 'zod';
import type { JsonValue } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { config } from '../../sdk/field';
import { defineLoader, Loader } from '../../sdk/loader';
import { ChangeSetApplier } from '../apply/change-set-applier';
import { type DescriptionBook, descriptionsIn } from '../apply/description-book';
import type { CatalogHost, CatalogScope } from '../catalog-scope';
import { CustomerFollowUps } from '../customer/customer-follow-ups';
import { CatalogFollowUps } from '../follow-ups/catalog-follow-ups';
import { followUpFields } from '../follow-ups/follow-up-fields';
import { CatalogFacts } from '../product/catalog-facts';
import { CustomFieldRules } from '../product/custom-field-rules';
import { joinPath } from '../product/vocabulary';
import { DeletedFiles } from './deleted-files';
import { planUndo } from './plan-undo';
import { serviceFor, ServiceUndo } from './service-undo';
import { UndoMemory } from './undo-memory';
import { asUndoRecord } from './undo-record';
import { resolveUndo } from './undo-resolver';
import type { UndoState } from './undo-state';

const schema = config(followUpFields);

const record = z.object({
    entityType: z.string(),
    id: z.string(),
    key: z.string(),
    changes: z.array(z.record(z.string(), z.json())),
});

/** Takes back what the `ledger` extractor reads. For undo only; pipelines of users have no use for it. */
export const undoLoader = defineLoader({
    code: 'undo',
    internal: true,
    name: 'Undo',
    description: 'Puts back what a run changed, where nobody has changed it since.',
    category: 'Internal',
    entityType: 'Product',
    schema,
    record,
    guarantees:
        'Only values that are still what the run wrote are put back; all others are named and left. A batch is read and written with a number of statements that does not depend on its size.',
    limits: 'Assets, options and facets that became visible in a further channel because a product went there stay visible. Stock is put back by an adjustment, as stock movements are never deleted.',
    examples: [
        {
            title: 'A price',
            config: {},
            record: {
                entityType: 'Product',
                id: '7',
                key: 'TS-S',
                changes: [
                    {
                        entityType: 'ProductVariant',
                        entityId: '12',
                        key: 'TS-S',
                        action: 'UPDATE',
                        fields: [{ path: 'prices.__default_channel__.USD', before: 1500, after: 1799 }],
                    },
                ],
            },
        },
    ],
    async create({ config: policy, host }: { config: z.output<typeof schema>; host: CatalogHost }) {
        const { injector, ctx, dryRun } = host;
        const { customFields } = injector.get(ConfigService);
        const connection = injector.get(TransactionalConnection);
        const descriptions = descriptionsIn(connection.rawConnection);
        const defaults = columnDefaults(connection, descriptions);
        const applier = new ChangeSetApplier(host);
        const followUps = new CatalogFollowUps(host, policy);
        const customers = new CustomerFollowUps(host, policy.events);
        const files = new DeletedFiles(injector);
        const run = {
            facts: await CatalogFacts.load(injector, ctx),
            descriptions,
            rulesOf: rulesByType(customFields),
            ...(dryRun ? { memory: new UndoMemory() } : {}),
            metadatas: connection.rawConnection.entityMetadatas,
        };
        const loader: Loader<CatalogScope, UndoState> = {
            // A thing is read once, whole: it has no other record to wait for.
            keysOf: data => [`${asUndoRecord(data).entityType}:${asUndoRecord(data).id}`],
            nameOf: data => asUndoRecord(data).key,
            async resolve(records, scope) {
                const changes = records.flatMap(({ data }) => asUndoRecord(data).changes);
                const services = await ServiceUndo.read(changes, { ...run, injector }, scope);
                return { ...(await resolveUndo(records, run, scope.sql)), services };
            },
            compare: ({ data }, state) => planUndo(asUndoRecord(data), state, defaults),
            async apply(changeSets, state, scope) {
                await files.note(changeSets, scope.sql);
                const isOfService = ({ entities: [first] }: ChangeSet) =>
                    first !== undefined && serviceFor(first) !== undefined;
                await state.services.apply(changeSets.filter(isOfService), scope);
                const others = changeSets.filter(changeSet => !isOfService(changeSet));
                if (others.length > 0) await applier.apply(others, state.references, scope);
            },
            async afterCommit(changeSets: readonly ChangeSet[]) {
                await files.remove(changeSets);
                await followUps.batchCommitted(changeSets);
                await customers.batchCommitted(changeSets);
            },
            afterRun: () => followUps.runEnded(),
        };
        return loader;
    },
});

/** Whoever may undo may put back every custom field: it was written by a run, and by its own rules. */
function rulesByType(customFields: Record<string, CustomFieldConfig[] | undefined>) {
    const known = new Map<string, CustomFieldRules>();
    return (entityType: string): CustomFieldRules => {
        let rules = known.get(entityType);
        if (!rules) known.set(entityType, (rules = new CustomFieldRules(customFields[entityType] ?? [], () => true)));
        return rules;
    };
}

/** What columns hold that a creation leaves out. */
function columnDefaults({ rawConnection }: TransactionalConnection, descriptions: DescriptionBook) {
    return (entityType: string): ReadonlyMap<string, JsonValue> => {
        const description = descriptions.find(entityType);
        if (!description) return new Map();
        const { columns } = rawConnection.getMetadata(description.entity);
        return new Map(
            columns.flatMap(({ propertyPath, default: value, isNullable, isCreateDate }): [string, JsonValue][] => {
                const rule = description.paths[joinPath(propertyPath)];
                const stored = (rule?.type === 'column' && rule.stored) || ((held: unknown) => held as JsonValue);
                if (['boolean', 'number', 'string'].includes(typeof value)) return [[propertyPath, stored(value)]];
                const isEmpty = description.custom && value === undefined && isNullable && !isCreateDate;
                return isEmpty ? [[propertyPath, null]] : [];
            }),
        );
    };
}
