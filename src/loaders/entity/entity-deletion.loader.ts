import { normalizeEmailAddress, TransactionalConnection } from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import type { CatalogHost, CatalogScope } from '../../catalog/catalog-scope';
import { CustomFieldRules } from '../../catalog/product/custom-field-rules';
import { entityId, filledText } from '../../catalog/field-kinds';
import { RecordCheck } from '../../catalog/product/record-check';
import { parseId } from '../../catalog/product/resolve-shared';
import { DELETABLE_TYPES, deletableOf } from '../../catalog/service-entity/deletable';
import { fieldsOf, readLive, textOfKey } from '../../catalog/service-entity/live';
import { ReferenceBook } from '../../catalog/service-entity/reference-book';
import { ServiceWriter } from '../../catalog/service-entity/write-service';
import { ConfigOf } from '../../sdk/adapter';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader, Loader } from '../../sdk/loader';
import { reject, Rejected } from '../../sdk/outcome';

const schema = config({
    entityType: field.choice(
        'Entity',
        'What is deleted.',
        Object.fromEntries(
            DELETABLE_TYPES.map(type => [type, `Found by ${deletableOf(type).keys[0]}, or by id.`]),
        ) as Record<string, string>,
    ),
    onMissing: field
        .choice('Missing', 'What becomes of a record for something that is not there.', {
            SKIP: 'It counts as unchanged, so that a second run deletes nothing and rejects nothing.',
            REJECT: 'It is rejected.',
        })
        .default('SKIP'),
});

const record = z.looseObject({
    key: filledText('Natural key: slug, SKU, code, name or e-mail address, as the type has it.').optional(),
    id: entityId.optional(),
});

interface State {
    byKey: ReadonlyMap<string, readonly ObjectLiteral[]>;
    byId: ReadonlyMap<string, ObjectLiteral>;
}

const rules = new CustomFieldRules([], () => true);

export const entityDeletionLoader = defineLoader({
    code: 'entityDeletion',
    name: 'Deletion',
    description:
        'Deletes entities of one type, each named by its natural key or its id. One record is one entity. What Vendure deletes softly is deleted softly.',
    category: 'settings',
    entityType: 'VendureEntity',
    schema,
    record,
    guarantees:
        'Everything is deleted through Vendure’s own service, one record after the other, inside the transaction of the batch. What Vendure refuses to delete, such as something in use, is rejected with Vendure’s reason, and the others are deleted.',
    limits: 'Only what is in the channel of the run is seen. A deleted product takes its variants along, a deleted collection those below it. An undo brings products and variants back; everything else has to be loaded again.',
    examples: [
        { title: 'Products by slug', config: { entityType: 'Product' }, record: { key: 't-shirt' } },
        { title: 'A tax rate by id', config: { entityType: 'TaxRate', onMissing: 'REJECT' }, record: { id: 7 } },
    ],
    create({
        config: { entityType, onMissing },
        host,
    }: {
        config: ConfigOf<{ schema: typeof schema }>;
        host: CatalogHost;
    }) {
        const entity = deletableOf(entityType);
        const [keyName] = entity.keys;
        const connection = host.injector.get(TransactionalConnection);
        const check = new RecordCheck(record, 'deletion');
        const writer = new ServiceWriter(entity, rules);
        const keyOf = ({ key }: JsonObject) =>
            keyName === 'emailAddress' && typeof key === 'string' ? normalizeEmailAddress(key) : key;
        const loader: Loader<CatalogScope, State> = {
            keysOf: data =>
                data.id === undefined
                    ? [`${entityType}:${textOfKey(keyOf(data))}`]
                    : [`${entityType}:id:${textOfKey(data.id)}`],
            nameOf: data => textOfKey(data.key ?? data.id ?? ''),
            async resolve(records, { ctx, sql }) {
                const table = sql.table(entity.entity);
                const open = records.filter(({ data }) => !check.problemOf(data));
                const keys = open.map(({ data }) => (data.id === undefined ? keyOf(data) : undefined));
                const ids = open.flatMap(({ data }) => (data.id === undefined ? [] : (parseId(data.id, table) ?? [])));
                const read = (by: string, values: readonly unknown[]) =>
                    readLive({ entity, by, values: values.filter(isGiven), rules }, ctx, connection, sql);
                const byKey = new Map<string, ObjectLiteral[]>();
                for (const live of await read(keyName, keys)) {
                    for (const key of keysOf(live, keyName)) byKey.set(key, [...(byKey.get(key) ?? []), live]);
                }
                const found = await read('id', ids);
                return { byKey, byId: new Map(found.map(live => [String(live.id), live])) };
            },
            compare({ data }, { byKey, byId }) {
                const problem = check.problemOf(data);
                if (problem) return new Rejected(problem);
                if (data.id === undefined && data.key === undefined) {
                    return reject(
                        new UserError('match-field-missing', 'The record has neither key nor id.', 'Map one.'),
                    );
                }
                const key = textOfKey(data.id ?? keyOf(data));
                const [live, second] = data.id === undefined ? (byKey.get(key) ?? []) : [byId.get(key)];
                const place = { field: data.id === undefined ? 'key' : 'id', got: key };
                if (second) {
                    const message = `key: several of the type ${entityType} have the ${keyName} "${key}".`;
                    return reject(new UserError('ambiguous-match', message, 'Give the id.', place));
                }
                if (live) return deletionOf(live, key);
                if (onMissing === 'SKIP') return { action: 'UNCHANGED', key, entities: [] };
                const message = `There is no ${entityType} "${key}" to delete.`;
                return reject(new UserError('does-not-exist', message, 'Leave the record out, or skip it.', place));
            },
            async apply(changeSets, _state, scope) {
                const context = { injector: host.injector, ctx: scope.ctx, book: new ReferenceBook() };
                const rows = connection.getRepository(scope.ctx, entity.entity);
                const isThere = ({ entityId }: EntityChange) => rows.existsBy({ id: entityId! });
                // The others go with the first.
                for (const change of changeSets.flatMap(({ entities: [first] }) => first ?? [])) {
                    if (entity.takesOwnKind && !(await isThere(change))) continue;
                    await writer.write([change], context, scope);
                }
            },
        };
        return Promise.resolve(loader);

        function deletionOf(live: ObjectLiteral, key: string): ChangeSet {
            const softly = { path: 'deletedAt', before: null };
            const held = [...fieldsOf(entity, live, rules.rules)].map(([path, before]) => ({ path, before }));
            // Nothing else says that it is gone for good.
            const forGood = { path: 'id', before: String(live.id) };
            const fields = entity.comesBack
                ? [softly, ...held.filter(({ path }) => path in entity.attributes)]
                : [forGood, ...held];
            const others = entity.takesAlong?.(live) ?? [];
            const deleted = (type: string, id: unknown, name: string, lost: FieldChange[]): EntityChange => ({
                entityType: type,
                entityId: String(id),
                key: name,
                action: 'DELETE',
                fields: lost,
            });
            return {
                action: 'DELETE',
                key,
                entities: [
                    deleted(entityType, live.id, key, fields),
                    ...others.map(other => deleted(other.entityType, other.id, other.key, [softly])),
                ],
            };
        }
    },
});

/** A slug names something in any language. */
function keysOf(live: ObjectLiteral, name: string): string[] {
    const translations = (live.translations ?? []) as ObjectLiteral[];
    const values =
        name in live ? [live[name] as unknown] : translations.map(translation => translation[name] as unknown);
    return [...new Set(values.map(textOfKey))];
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== '';
}
