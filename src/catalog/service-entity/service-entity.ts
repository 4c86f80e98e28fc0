import type { CustomFields, ID, Injector, RequestContext, Type, VendureEntity } from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import type { z } from 'zod';
import type { JsonValue } from '../../../shared/json';
import type { KeyedKind, ReferenceBook } from './reference-book';

/**
 * A Vendure entity of which a shop has few, and whose rules live in one of Vendure's services: what there is to know about
 * it so that it can be read for a whole batch, compared, written through its service, and put back by an undo.
 */
export interface ServiceEntity {
    /** Vendure's name, as it stands in change sets. */
    entityType: string;
    entity: Type<VendureEntity>;
    /** Name of its custom fields in Vendure's configuration; absent for entities that have none. */
    customFields?: keyof CustomFields & string;
    /** Names of custom fields that its service stores no relations for are refused. */
    relationsUnsaved?: boolean;
    /** Fields of a record, texts or columns, that can find it. The first is the usual one. */
    keys: readonly [string, ...string[]];
    record: z.ZodObject<z.ZodRawShape>;
    /** Relations to load with a live one, without its custom fields. */
    relations: Readonly<Record<string, unknown>>;
    /** By field of the record. */
    attributes: Readonly<Record<string, Attribute>>;
    /** What fields have to agree on: adds what Vendure adds by itself, and throws a UserError for what it would not take. */
    agree?: (after: Map<string, JsonValue>, before: ReadonlyMap<string, JsonValue> | undefined) => void;
    /** Translated fields: what a new language starts with, or undefined where it must be given. */
    texts?: Readonly<Record<string, string | undefined>>;
    /** The flag that one entity has at most: whichever gets it takes it from the former one. */
    onlyOne?: string;
    /** Only those of the channel are seen, as in Vendure's own services. */
    channelAware?: boolean;
    /** Has a `deletedAt`. */
    soft?: boolean;
    /** Type of its members, where they point to it: that is no use which keeps an undo from deleting it. */
    membersPointHere?: string;
    /** Why one that a run created stays when the run is undone. */
    staysOnUndo?: string;
    service(injector: Injector): EntityService;
}

/** Answers entities, ErrorResults and DeletionResponses as Vendure's services do. */
export interface EntityService {
    create(ctx: RequestContext, input: ServiceInput): Promise<unknown>;
    update(ctx: RequestContext, input: ServiceInput & { id: ID }): Promise<unknown>;
    delete(ctx: RequestContext, id: ID): Promise<unknown>;
}

export type ServiceInput = Record<string, unknown>;

export interface AttributeContext {
    injector: Injector;
    ctx: RequestContext;
    book: ReferenceBook;
}

/** One field of a record: how it looks in change sets, and what the service wants for it. */
export interface Attribute {
    /** What a live entity holds, as JSON with natural keys. */
    read: (live: ObjectLiteral) => JsonValue;
    /** What a record says, as it will be read back; throws a UserError if it cannot be. */
    accept?: (value: JsonValue, field: string, context: AttributeContext) => JsonValue;
    /** The part of the service's input; absent where only `members` write it. */
    write?: (value: JsonValue, context: AttributeContext) => ServiceInput;
    /** The values are natural keys of these. */
    refersTo?: KeyedKind;
    /** A natural key as it stands in the database. */
    stored?: (key: string) => string;
    /** Values are sets: the setting that says how that of a record meets the one that is there. */
    mode?: string;
    /** Members of the set that are there whatever a record says. */
    always?: (ctx: RequestContext, creates: boolean) => string[];
    /** Throws a UserError for a member that the user of the run may neither add nor take away. */
    assertMayMove?: (member: string, field: string, context: AttributeContext) => void;
    /** A new entity cannot do without. */
    required?: boolean;
    /** What a new entity gets if the record does not say. */
    initial?: JsonValue;
    /** Written one by one, after the entity itself. */
    members?: Members;
}

export interface Members {
    add(context: AttributeContext, id: ID, members: ID[]): Promise<unknown>;
    remove(context: AttributeContext, id: ID, members: ID[]): Promise<unknown>;
}

/** The methods of a Vendure service, by their usual names unless said otherwise. */
export function through<S>(
    service: Type<S>,
    names: Partial<Record<keyof EntityService, keyof S & string>> = {},
): (injector: Injector) => EntityService {
    return injector => {
        const methods = injector.get<S>(service) as Record<string, (...args: unknown[]) => Promise<unknown>>;
        return {
            create: (ctx, input) => methods[names.create ?? 'create']!(ctx, input),
            update: (ctx, input) => methods[names.update ?? 'update']!(ctx, input),
            delete: (ctx, id) => methods[names.delete ?? 'delete']!(ctx, id),
        };
    };
}
