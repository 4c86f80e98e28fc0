import { type Injector, type RequestContext, TransactionalConnection } from '@vendure/core';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import { type JsonValue, textOf } from '../../../shared/json';
import type { ChangeSet, EntityChange, FieldChange } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { idFromText } from '../apply/batch';
import { descriptionFor } from '../apply/descriptions';
import type { CatalogScope } from '../catalog-scope';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { sameJson } from '../product/same-json';
import { splitPath } from '../product/vocabulary';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { serviceEntityOf } from '../service-entity/entities';
import { fieldsOf, readLive } from '../service-entity/live';
import { KeyedKind, ReferenceBook } from '../service-entity/reference-book';
import { mention } from '../service-entity/resolve-service';
import type { ServiceEntity } from '../service-entity/service-entity';
import { ServiceWriter } from '../service-entity/write-service';
import {
    cannotUndoField,
    changedSince,
    deletedSince,
    editedSince,
    inUseSince,
    targetGone,
    valueTaken,
} from './conflicts';
import { isThereByRun, NetChange } from './net-change';
import type { EntityPlan } from './plan-fields';
import type { UndoMemory } from './undo-memory';
import { Use, usesOf } from './uses';

interface Live {
    entity: ObjectLiteral;
    fields: ReadonlyMap<string, JsonValue>;
    uses: readonly Use[];
}

interface Run {
    injector: Injector;
    rulesOf(entityType: string): CustomFieldRules;
    metadatas: readonly EntityMetadata[];
    /** Of a dry run. */
    memory?: UndoMemory;
}

/**
 * The entity as services write it, for what the applier has no description of. A group or tag may have been written by
 * either; what the applier can take back, it does.
 */
export function serviceFor({
    entityType,
    fields,
}: Pick<EntityChange, 'entityType' | 'fields'>): ServiceEntity | undefined {
    const paths = descriptionFor(entityType)?.paths;
    const isDescribed = paths && fields.every(({ path }) => splitPath(path)[0]! in paths);
    return isDescribed ? undefined : serviceEntityOf(entityType);
}

/** Takes back changes of entities that are written through Vendure's services, through the same services. */
export class ServiceUndo {
    private readonly live = new Map<string, Live>();
    /** By type: what has the flag that only one can have, unless this undo takes it from there. */
    private readonly holders = new Map<string, string>();

    private constructor(
        private readonly run: Run,
        private readonly book: ReferenceBook,
        private readonly ctx: RequestContext,
    ) {}

    static async read(changes: readonly NetChange[], run: Run, { ctx, sql }: CatalogScope): Promise<ServiceUndo> {
        const connection = run.injector.get(TransactionalConnection);
        const mentioned = new Map<KeyedKind, Set<string>>();
        for (const { entityType, fields } of changes) {
            const entity = serviceEntityOf(entityType);
            for (const { path, before, after } of entity ? fields : []) {
                mention(entity!, { [path]: [before ?? [], after ?? []].flat() }, mentioned);
            }
        }
        const undo = new ServiceUndo(run, await ReferenceBook.read(mentioned, ctx, connection), ctx);
        const question = {
            metadatas: run.metadatas,
            all: run.memory !== undefined,
            inBatch: idsByType(changes, run.metadatas, sql),
        };
        for (const type of new Set(changes.map(({ entityType }) => entityType))) {
            const entity = serviceEntityOf(type);
            if (!entity) continue;
            const own = changes.filter(({ entityType }) => entityType === type);
            const table = sql.table(entity.entity);
            const idsOf = (list: readonly NetChange[]) =>
                list.flatMap(change => idFromText(change.entityId, table) ?? []);
            const uses = new Map<string, Use[]>();
            // Countries are pointed to as the regions they are.
            for (const target of [table.metadata, table.metadata.parentEntityMetadata]) {
                if (!target) continue;
                const found = await usesOf({ entity: target.target }, idsOf(own.filter(isThereByRun)), sql, question);
                for (const [id, list] of found) uses.set(id, [...(uses.get(id) ?? []), ...list]);
            }
            const rules = run.rulesOf(entity.customFields ?? '');
            const everywhere = { ...entity, channelAware: false, relations: relationsOf(entity) };
            const wanted = { entity: everywhere, by: 'id', values: idsOf(own), rules };
            for (const found of await readLive(wanted, ctx, connection, sql)) {
                const id = String(found.id);
                const fields = fieldsOf(entity, found, rules.rules);
                undo.live.set(`${type} ${id}`, { entity: found, fields, uses: uses.get(id) ?? [] });
            }
            const { onlyOne } = entity;
            if (onlyOne === undefined) continue;
            const losing = own.filter(({ fields }) =>
                fields.some(each => each.path === onlyOne && each.after === true),
            );
            const flagged = { entity: everywhere, by: onlyOne, values: [true], rules };
            const holder = (await readLive(flagged, ctx, connection, sql)).find(
                ({ id }) => !losing.some(({ entityId }) => entityId === String(id)),
            );
            if (holder) undo.holders.set(type, textOf(entity.attributes[entity.keys[0]]!.read(holder)));
        }
        return undo;
    }

    plan(change: NetChange, entity: ServiceEntity, memory: UndoMemory): EntityPlan {
        const live = this.live.get(`${change.entityType} ${change.entityId}`);
        if (!isThereByRun(change)) return live ? this.planUpdate(change, live) : { conflicts: [deletedSince(change)] };
        if (!live) return { conflicts: [] };
        const { entityType, entityId, key } = change;
        if (entity.staysOnUndo !== undefined)
            return { conflicts: [cannotUndoField(change, 'its creation', entity.staysOnUndo)] };
        const edits = editsOf(change, live.fields);
        if (edits.length > 0) return { conflicts: edits.map(edit => editedSince(change, edit, 'It stays.')) };
        const isOwn = ({ ownerType }: Use) => ownerType === entity.membersPointHere;
        const use = live.uses.find(each => !isOwn(each) && memory.isLeft(each, entityType, entityId));
        if (use)
            return { conflicts: [inUseSince(change, `the ${use.ownerType} with the id ${use.ownerId}`, 'It stays.')] };
        const lost: FieldChange[] = change.fields.map(({ path, after }) => ({ path, before: after ?? null }));
        const fields = [{ path: 'id', before: entityId }, ...lost];
        return { change: { entityType, entityId, key, action: 'DELETE', fields }, conflicts: [] };
    }

    async apply(changeSets: readonly ChangeSet[], scope: CatalogScope): Promise<void> {
        for (const change of changeSets.flatMap(({ entities }) => entities)) {
            const entity = serviceEntityOf(change.entityType)!;
            const writer = new ServiceWriter(entity, this.run.rulesOf(entity.customFields ?? ''));
            const context = { injector: this.run.injector, ctx: this.contextOf(change, scope.ctx), book: this.book };
            await writer.write([change], context, scope);
        }
    }

    /** A service sees only what is in the channel of its context. */
    private contextOf({ entityType, entityId }: EntityChange, ctx: RequestContext): RequestContext {
        const channels = (this.live.get(`${entityType} ${entityId}`)?.entity.channels ?? []) as ObjectLiteral[];
        const isHere = channels.length === 0 || channels.some(({ id }) => id === ctx.channelId);
        return isHere ? ctx : ctx.copy(channels[0] as never);
    }

    private planUpdate(change: NetChange, { fields: now }: Live): EntityPlan {
        const plan: Required<EntityPlan> = {
            change: {
                entityType: change.entityType,
                entityId: change.entityId,
                key: change.key,
                action: 'UPDATE',
                fields: [],
            },
            conflicts: [],
        };
        const holder = this.holders.get(change.entityType);
        for (const { path, before = null, after = null } of change.fields) {
            const value = now.get(path) ?? null;
            const isFlag = path === serviceEntityOf(change.entityType)!.onlyOne;
            if (sameJson(value, before)) continue;
            const gone = this.missing(change, path, before);
            if (!sameJson(value, after)) {
                plan.conflicts.push(changedSince(change, { path, wrote: after, now: value }, before));
            } else if (before === null && path.startsWith('translations.') && !path.includes('.customFields.')) {
                const why = 'Vendure has no way to take a translation away again';
                plan.conflicts.push(cannotUndoField(change, path, why));
            } else if (gone !== undefined) plan.conflicts.push(targetGone(change, path, gone));
            else if (isFlag && before === true && holder !== undefined) {
                plan.conflicts.push(valueTaken(change, path, true, `the ${change.entityType} "${holder}"`));
            } else {
                const refusal = this.refusalOf(change, path, value, before);
                if (refusal) plan.conflicts.push(refusal);
                else plan.change.fields.push({ path, before: value, after: before });
            }
        }
        return plan.change.fields.length > 0 ? plan : { conflicts: plan.conflicts };
    }

    /** As in the run itself, nothing is moved into or out of what is not open to the user. */
    private refusalOf({ entityType }: NetChange, path: string, now: JsonValue, before: JsonValue) {
        const attribute = serviceEntityOf(entityType)!.attributes[path];
        if (!attribute?.assertMayMove) return undefined;
        const { injector } = this.run;
        const [old, current] = [before ?? [], now ?? []] as [string[], string[]];
        try {
            for (const key of [...old, ...current]) {
                if (old.includes(key) && current.includes(key)) continue;
                attribute.assertMayMove(key, path, { injector, ctx: this.ctx, book: this.book });
            }
        } catch (thrown) {
            if (thrown instanceof UserError) return thrown;
            throw thrown;
        }
    }

    /** The key of something that the value refers to and that is not there any more. */
    private missing({ entityType }: NetChange, path: string, value: JsonValue): string | undefined {
        const kind = serviceEntityOf(entityType)!.attributes[path]?.refersTo;
        if (!kind || value === null) return undefined;
        return [value]
            .flat()
            .map(String)
            .find(key => {
                try {
                    this.book.idOf(kind, key, path);
                    return false;
                } catch (thrown) {
                    if (thrown instanceof UserError) return true;
                    throw thrown;
                }
            });
    }
}

function idsByType(changes: readonly NetChange[], metadatas: readonly EntityMetadata[], sql: SqlSession) {
    const ids = new Map<string, EntityId[]>();
    for (const type of new Set(changes.map(({ entityType }) => entityType))) {
        const metadata = metadatas.find(({ name }) => name === type);
        if (!metadata) continue;
        const table = sql.table(metadata.target);
        const own = changes.filter(({ entityType }) => entityType === type);
        ids.set(
            type,
            own.flatMap(({ entityId }) => idFromText(entityId, table) ?? []),
        );
    }
    return ids;
}

function relationsOf({ relations, channelAware }: ServiceEntity) {
    return channelAware ? { ...relations, channels: true } : relations;
}

/** What is not as the run left it; what the run did not mention was empty, but for channels. */
function editsOf({ fields }: NetChange, now: ReadonlyMap<string, JsonValue>) {
    const wrote = new Map(fields.map(({ path, after = null }) => [path, after]));
    const isNothing = (value: JsonValue) => value === null || value === '' || value === false || sameJson(value, []);
    const edits = [...now]
        .filter(([path, value]) => {
            if (wrote.has(path)) return !sameJson(value, wrote.get(path));
            return path !== 'channels' && !isNothing(value);
        })
        .map(([path, value]) => ({ path, wrote: wrote.get(path), now: value }));
    const lost = [...wrote].filter(([path, after]) => !now.has(path) && after !== null);
    return [...edits, ...lost.map(([path, after]) => ({ path, wrote: after, now: undefined }))];
}
