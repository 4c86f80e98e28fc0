import {
    normalizeEmailAddress,
    type RequestContext,
    TransactionalConnection,
    type Type,
    type VendureEntity,
} from '@vendure/core';
import { In, type ObjectLiteral } from 'typeorm';
import { isJsonObject, JsonObject, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { CatalogScope } from '../catalog-scope';
import { parseId } from '../product/resolve-shared';
import type { Table } from '../sql/sql-session';
import { keyOf, readLive } from './live';
import { KeyedKind, ReferenceBook } from './reference-book';
import type { AttributeContext, ServiceEntity } from './service-entity';
import type { ServiceRun } from './service-run';

/** What a batch has learnt of the shop as it is. */
export interface ServiceState extends AttributeContext {
    /** By the value that records are matched by. */
    live: ReadonlyMap<string, readonly ObjectLiteral[]>;
    /** Those that have the flag of {@link ServiceEntity.onlyOne}, and the record of the batch that asks for it. */
    flag: { holders: readonly ObjectLiteral[]; claimedBy?: string };
    /** Ids that relation custom fields may point to, by entity. */
    related: Map<string, Set<string>>;
}

/** A number of statements that depends on the kinds of things that are mentioned, not on how many. */
export async function resolveService(
    entity: ServiceEntity,
    records: readonly PipelineRecord[],
    run: ServiceRun,
    scope: CatalogScope,
): Promise<ServiceState> {
    const { injector } = run.host;
    const connection = injector.get(TransactionalConnection);
    const ctx = run.inChannel(scope.ctx);
    const table = scope.sql.table(entity.entity);
    const values = records.flatMap(({ data }) => comparable(matchValue(data, run), run, table));
    const question = { entity, by: run.matchBy, values, languageCode: run.languageCode, rules: run.rules };
    const live = new Map<string, ObjectLiteral[]>();
    for (const found of await readLive(question, ctx, connection, scope.sql)) {
        const key = keyOf(entity, found, run.matchBy, run.languageCode);
        live.set(key, [...(live.get(key) ?? []), found]);
    }
    const { onlyOne } = entity;
    const isAsked = onlyOne !== undefined && records.some(({ data }) => data[onlyOne] === true);
    const holders = isAsked
        ? await readLive({ entity, by: onlyOne, values: [true], rules: run.rules }, ctx, connection, scope.sql)
        : [];
    const mentioned = new Map<KeyedKind, Set<string>>();
    const always = Object.entries(entity.attributes).map(([name, attribute]) => [name, attribute.always?.(ctx, true)]);
    mention(entity, Object.fromEntries(always) as JsonObject, mentioned);
    for (const { data } of records) mention(entity, data, mentioned);
    // What sets lose when a record names all their members is in the live ones alone.
    for (const each of [...live.values()].flat()) mention(entity, readAll(entity, each), mentioned);
    const book = await ReferenceBook.read(mentioned, ctx, connection);
    return { live, flag: { holders }, book, injector, ctx, related: await relatedIds(records, run, ctx, connection) };
}

/** What a record is matched by, as it stands in the database. */
export function matchValue(data: JsonObject, { matchBy }: Pick<ServiceRun, 'matchBy'>): JsonValue | undefined {
    const [first, second] = matchBy.split('.') as [string, string | undefined];
    const value = data[first];
    if (second !== undefined) return isJsonObject(value) ? value[second] : undefined;
    return first === 'emailAddress' && typeof value === 'string' ? normalizeEmailAddress(value) : value;
}

const CUSTOM = 'customFields.';

/** What cannot be there is left out: some databases refuse to compare it. */
function comparable(value: JsonValue | undefined, { matchBy, rules }: ServiceRun, table: Table): unknown[] {
    if (value === undefined || value === null) return [];
    if (matchBy === 'id') return [parseId(value, table)].filter(id => id !== undefined);
    const rule = matchBy.startsWith(CUSTOM) ? rules.rules.get(matchBy.slice(CUSTOM.length)) : undefined;
    if (!rule) return [value];
    try {
        return [rule.accept(value, matchBy)];
    } catch (thrown) {
        // Compare refuses it with a sentence.
        if (thrown instanceof UserError) return [];
        throw thrown;
    }
}

function readAll({ attributes }: ServiceEntity, live: ObjectLiteral): JsonObject {
    return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, attribute.read(live)]));
}

/** Adds the natural keys that values of attributes hold. */
export function mention(
    { attributes }: ServiceEntity,
    values: Readonly<Record<string, JsonValue | undefined>>,
    mentioned: Map<KeyedKind, Set<string>>,
): void {
    for (const [name, { refersTo, stored }] of Object.entries(attributes)) {
        if (!refersTo) continue;
        const keys = [values[name]].flat().filter(value => typeof value === 'string');
        if (keys.length === 0) continue;
        const known = mentioned.get(refersTo) ?? new Set();
        mentioned.set(refersTo, known);
        for (const key of keys) known.add(stored ? stored(key) : key);
    }
}

async function relatedIds(
    records: readonly PipelineRecord[],
    { rules }: ServiceRun,
    ctx: RequestContext,
    connection: TransactionalConnection,
): Promise<Map<string, Set<string>>> {
    const wanted = new Map<Type<VendureEntity>, Set<string>>();
    for (const { config } of rules.rules.values()) {
        if (config.type !== 'relation') continue;
        const ids = wanted.get(config.entity) ?? new Set();
        wanted.set(config.entity, ids);
        for (const { data } of records) {
            const given = isJsonObject(data.customFields) ? data.customFields[config.name] : undefined;
            for (const each of [given].flat()) {
                const id = isJsonObject(each) ? each.id : each;
                if (typeof id === 'string' || typeof id === 'number') ids.add(String(id));
            }
        }
    }
    const related = new Map<string, Set<string>>();
    for (const [entity, ids] of wanted) {
        const repository = connection.getRepository(ctx, entity as Type<VendureEntity & ObjectLiteral>);
        const isNumber = repository.metadata.primaryColumns[0]?.generationStrategy !== 'uuid';
        const usable = [...ids].filter(id => !isNumber || /^\d{1,15}$/.test(id));
        const found =
            usable.length === 0
                ? []
                : await repository.find({ where: { id: In(usable) }, select: { id: true }, loadEagerRelations: false });
        related.set(entity.name, new Set(found.map(({ id }) => String(id))));
    }
    return related;
}
