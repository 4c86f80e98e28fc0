import { getGraphQlInputName } from '@vendure/common/lib/shared-utils';
import {
    CustomFieldRelationService,
    type ID,
    TransactionalConnection,
    type Type,
    type VendureEntity,
} from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import type { JsonValue } from '../../../shared/json';
import type { EntityChange } from '../../sdk/change-set';
import { Defect } from '../../sdk/errors';
import { idFromText } from '../apply/batch';
import type { CatalogScope } from '../catalog-scope';
import type { CustomFieldRules } from '../product/custom-field-rules';
import { splitPath } from '../product/vocabulary';
import type { AttributeContext, ServiceEntity, ServiceInput } from './service-entity';
import { assertDone, refusalOf, speaking } from './vendure-refusal';

/** Writes changes one by one through the entity's own service, in the order given. */
export class ServiceWriter {
    constructor(
        private readonly entity: Pick<ServiceEntity, 'entityType' | 'entity' | 'attributes' | 'texts' | 'service'>,
        private readonly rules: CustomFieldRules,
    ) {}

    async write(changes: readonly EntityChange[], context: AttributeContext, { sql }: CatalogScope): Promise<void> {
        const table = sql.table(this.entity.entity);
        // What a context remembers of permissions may be older than the channels and roles that this batch has made.
        const spoken = { ...context, ctx: speaking(context.ctx) };
        for (const change of changes) {
            const what = `The ${change.entityType} "${change.key}"`;
            try {
                await inOpenTransaction(spoken, () =>
                    this.writeOne(change, idFromText(change.entityId, table), what, spoken),
                );
            } catch (thrown) {
                throw refusalOf(thrown, what, { key: change.key });
            }
        }
    }

    private async writeOne(change: EntityChange, id: ID | undefined, what: string, context: AttributeContext) {
        const service = this.entity.service(context.injector);
        const { ctx } = context;
        if (change.action === 'DELETE') {
            assertDone(await service.delete(ctx, id!), what);
            return;
        }
        const creates = change.action === 'CREATE';
        const input = this.inputOf(change, creates, context);
        if (creates) {
            const created = await service.create(ctx, input);
            assertDone(created, what);
            id = (created as { id: ID }).id;
            change.entityId = String(id);
        } else if (Object.keys(input).length > 0) {
            await this.complete(input, id!, context);
            assertDone(await service.update(ctx, { ...input, id: id! }), what);
        }
        await this.writeRelations(input, id!, context);
        await this.writeMembers(change, creates, id!, context);
    }

    private inputOf({ fields }: EntityChange, creates: boolean, context: AttributeContext): ServiceInput {
        const input: ServiceInput = {};
        const translations = new Map<string, ServiceInput>();
        const into = (owner: ServiceInput, name: string, after: JsonValue) => {
            owner.customFields = { ...(owner.customFields as object), ...this.customField(name, after) };
        };
        for (const { path, after = null } of fields) {
            const [first, second, third, fourth] = splitPath(path) as [string, string, string, string];
            if (first === 'customFields') into(input, second, after);
            else if (first === 'translations') {
                const translation = translations.get(second) ?? { languageCode: second };
                translations.set(second, translation);
                if (third === 'customFields') into(translation, fourth, after);
                else translation[third] = after;
            } else if (creates || !this.attribute(first).members) {
                Object.assign(input, this.attribute(first).write?.(after, context));
            }
        }
        if (translations.size > 0) input.translations = [...translations.values()];
        return input;
    }

    /** Where there are translations, Vendure clears custom fields that an update leaves out: so it leaves out none. */
    private async complete(input: ServiceInput, id: ID, { injector, ctx }: AttributeContext): Promise<void> {
        const own = [...this.rules.rules.values()].filter(rule => !rule.relation);
        if (!this.entity.texts || own.length === 0) return;
        const entity = this.entity.entity as Type<VendureEntity & ObjectLiteral>;
        const live = await injector.get(TransactionalConnection).getEntityOrThrow(ctx, entity, id);
        const fill = (given: ServiceInput, { customFields }: ObjectLiteral, localised: boolean) => {
            const there = own.filter(rule => rule.localised === localised).map(({ name }) => name);
            const held = there.map(name => [name, (customFields as Record<string, unknown> | null)?.[name] ?? null]);
            given.customFields = { ...Object.fromEntries(held), ...(given.customFields as object) };
        };
        fill(input, live, false);
        for (const given of (input.translations ?? []) as ServiceInput[]) {
            const there = (live.translations as ObjectLiteral[]).find(each => each.languageCode === given.languageCode);
            if (there) fill(given, there, true);
        }
    }

    private attribute(name: string) {
        const attribute = this.entity.attributes[name];
        if (attribute) return attribute;
        throw new Defect('unknown-path', `A ${this.entity.entityType} has no field "${name}" to write.`);
    }

    private customField(name: string, value: JsonValue): ServiceInput {
        const rule = this.rules.rules.get(name);
        if (!rule) throw new Defect('unknown-path', `A ${this.entity.entityType} has no custom field "${name}".`);
        if (rule.relation) return { [getGraphQlInputName(rule.config)]: value };
        const isInstant = rule.config.type === 'datetime' && value !== null;
        if (!isInstant) return { [name]: value };
        return {
            [name]: Array.isArray(value) ? value.map(each => new Date(each as string)) : new Date(value as string),
        };
    }

    /** Some services leave relations out, which the others have written already. */
    private async writeRelations(input: ServiceInput, id: ID, { injector, ctx }: AttributeContext): Promise<void> {
        const { customFields } = input as { customFields?: Record<string, unknown> };
        const isRelated = ({ config }: { config: never }) => getGraphQlInputName(config) in (customFields ?? {});
        if (![...this.rules.rules.values()].some(rule => rule.relation && isRelated(rule as never))) return;
        const saved = { customFields } as { customFields: object };
        const entity = this.entity.entity as never;
        await injector.get(CustomFieldRelationService).updateRelations(ctx, entity, saved, { id } as never);
    }

    private async writeMembers({ fields }: EntityChange, creates: boolean, id: ID, context: AttributeContext) {
        for (const { path, before = [], after = [] } of fields) {
            const { members, refersTo, write } = this.entity.attributes[path] ?? {};
            if (!members || !refersTo || (creates && write)) continue;
            const [old, now] = [before, after] as [string[], string[]];
            const idsOf = (keys: string[]) => keys.map(key => context.book.idOf(refersTo, key, path));
            const added = idsOf(now.filter(key => !old.includes(key)));
            const removed = idsOf(old.filter(key => !now.includes(key)));
            if (added.length > 0) await members.add(context, id, added);
            if (removed.length > 0) await members.remove(context, id, removed);
        }
    }
}

/**
 * Some services commit or roll back the transaction that they are called in (TaxRateService when it updates). The batch's
 * ends with its checkpoint and not before: until then both are without effect here, and what waits for the commit waits on.
 */
async function inOpenTransaction<T>({ ctx, injector }: AttributeContext, work: () => Promise<T>): Promise<T> {
    const { queryRunner } = injector.get(TransactionalConnection).getRepository(ctx, 'TaxRate').manager;
    if (!queryRunner?.isTransactionActive) throw new Defect('no-transaction', 'The context has no open transaction.');
    const held = { commitTransaction: () => Promise.resolve(), rollbackTransaction: () => Promise.resolve() };
    Object.assign(queryRunner, held);
    try {
        return await work();
    } finally {
        for (const name of Object.keys(held)) delete (queryRunner as unknown as Record<string, unknown>)[name];
    }
}
