import { type RequestContext, TransactionalConnection, type Type, type VendureEntity } from '@vendure/core';
import { type FindOptionsWhere, In, IsNull, type ObjectLiteral } from 'typeorm';
import type { JsonValue } from '../../../shared/json';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { joinPath } from '../product/vocabulary';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { ServiceEntity } from './service-entity';

export interface LiveQuestion {
    entity: Readable;
    /** Column, text, `id` or `customFields.<name>`. */
    by: string;
    values: readonly unknown[];
    /** Of texts; all if absent. */
    languageCode?: string;
    rules: CustomFieldRules;
}

type Readable = Pick<ServiceEntity, 'entity' | 'relations' | 'attributes' | 'texts' | 'channelAware' | 'soft'>;

/** Living entities that have one of the values, the oldest first, with all that they are compared by. */
export async function readLive(
    { entity, by, values, languageCode, rules }: LiveQuestion,
    ctx: RequestContext,
    connection: TransactionalConnection,
    sql: SqlSession,
): Promise<ObjectLiteral[]> {
    if (values.length === 0) return [];
    const repository = connection.getRepository(ctx, entity.entity as Type<VendureEntity & ObjectLiteral>);
    const [first, second] = by.split('.') as [string, string | undefined];
    const has = In([...new Set(values)]);
    const where: FindOptionsWhere<ObjectLiteral> = {
        ...(entity.soft ? { deletedAt: IsNull() } : {}),
        ...(entity.channelAware ? { channels: { id: ctx.channelId } } : {}),
        ...(isText(entity, by)
            ? { translations: { [by]: has, ...(languageCode === undefined ? {} : { languageCode }) } }
            : { [first]: second ? { [second]: has } : has }),
    };
    // Conditions on relations would leave out the rest of what is related: first which, then what they are.
    const found = await repository.find({ where, select: { id: true }, loadEagerRelations: false });
    if (found.length === 0) return [];
    const related = [...rules.rules.values()].filter(rule => rule.relation).map(({ name }) => [name, true]);
    const living = await repository.find({
        where: { id: In(found.map(({ id }) => id)) },
        relations: {
            ...entity.relations,
            ...(entity.channelAware ? { channels: true } : {}),
            ...(related.length > 0 ? { customFields: Object.fromEntries(related) as object } : {}),
        },
        order: { id: 'ASC' },
        // Relations of custom fields can be joined only.
        relationLoadStrategy: related.length > 0 ? 'join' : 'query',
    });
    await correctFloats(living, entity, rules, sql);
    return living;
}

/** Of a number with 16 or 17 digits TypeORM gives another one on MySQL and MariaDB than is stored. */
async function correctFloats(
    living: readonly ObjectLiteral[],
    { entity: type }: Readable,
    rules: CustomFieldRules,
    sql: SqlSession,
): Promise<void> {
    const floats = [...rules.rules.values()].filter(rule => rule.config.type === 'float' && !rule.list);
    if (floats.length === 0 || sql.dialect !== 'mysql') return;
    const paths = floats.map(({ name }) => `customFields.${name}`);
    const ids = living.map(({ id }) => id as EntityId);
    const rows = await sql.selectIn(sql.table(type), ['id', ...paths], 'id', ids);
    const stored = new Map(rows.map(([id, ...values]) => [id, values]));
    for (const entity of living) {
        const values = (entity.customFields ??= {}) as Record<string, unknown>;
        floats.forEach(({ name }, i) => (values[name] = stored.get(entity.id)?.[i]));
    }
}

function isText({ texts }: Readable, name: string): boolean {
    return texts !== undefined && name in texts;
}

/** The value that a live entity is matched by. */
export function keyOf(entity: ServiceEntity, live: ObjectLiteral, by: string, languageCode: string): string {
    if (isText(entity, by))
        return textOfKey(fieldsOf(entity, live, new Map()).get(`translations.${languageCode}.${by}`));
    const [first, second] = by.split('.') as [string, string | undefined];
    const value = live[first] as Record<string, unknown> | undefined;
    return textOfKey(second === undefined ? value : value?.[second]);
}

/** Everything that change sets can say of a live entity, by path. */
export function fieldsOf(
    { attributes, texts = {} }: Readable,
    live: ObjectLiteral,
    rules: CustomFieldRules['rules'],
): Map<string, JsonValue> {
    const fields = new Map<string, JsonValue>();
    for (const [name, attribute] of Object.entries(attributes)) fields.set(name, attribute.read(live));
    const customFields = (live.customFields ?? {}) as Record<string, unknown>;
    for (const rule of rules.values()) {
        if (!rule.localised)
            fields.set(joinPath('customFields', rule.name), rule.stored(idsIn(customFields[rule.name])));
    }
    for (const translation of (live.translations ?? []) as ObjectLiteral[]) {
        const language = translation.languageCode as string;
        for (const name of Object.keys(texts)) {
            fields.set(joinPath('translations', language, name), (translation[name] as string | null) ?? '');
        }
        const localised = (translation.customFields ?? {}) as Record<string, unknown>;
        for (const rule of rules.values()) {
            if (!rule.localised) continue;
            fields.set(
                joinPath('translations', language, 'customFields', rule.name),
                rule.stored(localised[rule.name]),
            );
        }
    }
    return fields;
}

/** Related entities as their ids. */
function idsIn(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(idsIn);
    const isEntity = typeof value === 'object' && value !== null && 'id' in value && 'createdAt' in value;
    return isEntity ? value.id : value;
}

export function textOfKey(value: unknown): string {
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
