import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import { ChannelService, ConfigArgService, type Type, type VendureEntity } from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import { JsonObject, JsonValue } from '../../../shared/json';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { instantOf } from '../../sdk/instant';
import { channelNotPermitted, mayRunIn } from '../product/catalog-facts';
import { argumentText } from './operation-argument';
import { keyOfKind, KeyedKind } from './reference-book';
import type { Attribute, AttributeContext } from './service-entity';
import { refusalOf } from './vendure-refusal';

type Options = Pick<Attribute, 'required' | 'initial'>;

/** A column of the same name. `cleared` is what null stands for where the column takes none. */
export function column(name: string, { cleared, ...options }: Options & { cleared?: JsonValue } = {}): Attribute {
    return {
        read: live => (live[name] as JsonValue | undefined) ?? cleared ?? null,
        accept: value => (value === null && cleared !== undefined ? cleared : value),
        write: value => ({ [name]: value }),
        ...options,
    };
}

export function instant(name: string): Attribute {
    return {
        read: live => (live[name] instanceof Date ? live[name].toISOString() : null),
        accept: value => (value === null ? null : new Date(instantOf(value as string)!).toISOString()),
        write: value => ({ [name]: value === null ? null : new Date(value as string) }),
    };
}

/** Codes in no particular order. */
export function codes(name: string, options: Options & { mode?: string } = {}): Attribute {
    return {
        read: live => [...((live[name] as string[] | null) ?? [])].sort(),
        accept: value => sortedSet(value),
        write: value => ({ [name]: value }),
        ...options,
    };
}

/** One other entity. `cleared` is the property that must be null for there to be none. */
export function reference(
    kind: KeyedKind,
    relation: string,
    input: string,
    { cleared = input, ...options }: Options & { cleared?: string } = {},
): Attribute {
    return {
        refersTo: kind,
        read: live => ((live[relation] as ObjectLiteral | null)?.[keyOfKind(kind)] as string | undefined) ?? null,
        accept: (value, field, { book }) => {
            if (value !== null) book.idOf(kind, value as string, field);
            return value;
        },
        write: (value, { book }) =>
            value === null ? { [cleared]: null } : { [input]: book.idOf(kind, value as string, input) },
        ...options,
    };
}

/** A set of other entities, as one list of the service's input. */
export function references(
    kind: KeyedKind,
    relation: string | ((live: ObjectLiteral) => ObjectLiteral[] | undefined),
    input: string,
    options: Options & Pick<Attribute, 'mode' | 'members' | 'stored'> = {},
): Attribute {
    const related =
        typeof relation === 'string' ? (live: ObjectLiteral) => live[relation] as ObjectLiteral[] : relation;
    return {
        refersTo: kind,
        read: live => sortedSet((related(live) ?? []).map(each => String(each[keyOfKind(kind)]))),
        accept: (value, field, { book }) => {
            const keys = sortedSet(options.stored ? (value as string[]).map(options.stored) : value);
            for (const key of keys) book.idOf(kind, key as string, field);
            return keys;
        },
        write: (value, { book }) => ({ [input]: (value as string[]).map(key => book.idOf(kind, key, input)) }),
        ...options,
    };
}

/** Channels of an entity that Vendure assigns to them: the current and the default one come by themselves. */
export function channels(entity: Type<VendureEntity>): Attribute {
    const service = ({ injector }: AttributeContext) => injector.get(ChannelService);
    return {
        ...references('Channel', 'channels', 'channelIds', { mode: 'channelsMode' }),
        write: undefined,
        always: (ctx, creates) => (creates ? [DEFAULT_CHANNEL_CODE, ctx.channel.code] : [DEFAULT_CHANNEL_CODE]),
        accept: (value, field, context) => {
            for (const code of value as string[]) assertMayMove(code, field, context);
            return sortedSet(value);
        },
        assertMayMove,
        members: {
            add: (context, id, ids) => service(context).assignToChannels(context.ctx, entity as never, id, ids),
            remove: (context, id, ids) => service(context).removeFromChannels(context.ctx, entity as never, id, ids),
        },
    };
}

function assertMayMove(code: string, field: string, { book, ctx }: AttributeContext): void {
    if (!mayRunIn(ctx, book.idOf('Channel', code, field))) throw channelNotPermitted(code, field);
}

type OperationType = Parameters<ConfigArgService['parseInput']>[0];

/** Something configurable, such as a calculator, as `{ code, args: { name: value } }`. */
export function operation(type: OperationType, name: string, options: Options = {}): Attribute {
    return {
        read: live => (live[name] ? storedOperation(live[name] as StoredOperation) : null),
        accept: (value, field, context) => (value === null ? null : acceptOperation(type, value, field, context)),
        write: value => ({ [name]: value === null ? null : operationInput(value) }),
        ...options,
    };
}

export function operations(type: OperationType, name: string, options: Options = {}): Attribute {
    return {
        read: live => ((live[name] as StoredOperation[] | null) ?? []).map(storedOperation),
        accept: (value, field, context) =>
            (value as JsonValue[]).map((each, i) => acceptOperation(type, each, `${field}[${i}]`, context)),
        write: value => ({ [name]: (value as JsonValue[]).map(operationInput) }),
        ...options,
    };
}

export interface StoredOperation {
    code: string;
    args: { name: string; value: string }[];
}

/** As people write it; also what the service takes once {@link operationInput} has been over it. */
export function storedOperation({ code, args }: StoredOperation): JsonObject {
    return { code, args: Object.fromEntries(args.map(({ name, value }) => [name, value])) };
}

export function operationInput(value: JsonValue): { code: string; arguments: { name: string; value: string }[] } {
    const { code, args } = value as { code: string; args: Record<string, string> };
    return { code, arguments: Object.entries(args).map(([name, text]) => ({ name, value: text })) };
}

/** What Vendure would make of it, so that a plan shows what is stored and refuses what the service would refuse. */
function acceptOperation(type: OperationType, value: JsonValue, field: string, context: AttributeContext): JsonObject {
    const { code, args = {} } = value as { code: string; args?: JsonObject };
    const service = context.injector.get(ConfigArgService);
    const known = service.getDefinitions(type).find(definition => definition.code === code);
    if (!known) {
        const hint = didYouMean(
            code,
            service.getDefinitions(type).map(each => each.code),
        );
        throw new UserError('unknown-operation', `${field}: the shop has no ${type} with the code "${code}".`, hint, {
            field,
            got: code,
        });
    }
    const unknown = Object.keys(args).find(name => !(name in known.args));
    if (unknown !== undefined) {
        const place = { field: `${field}.args.${unknown}` };
        const hint = didYouMean(unknown, Object.keys(known.args));
        throw new UserError('unknown-argument', `${place.field}: "${code}" has no such argument.`, hint, place);
    }
    // The dashboard fills these in; a calculator that gets no rate calculates a price that is no number.
    const initial = Object.entries(known.args).flatMap(([name, { defaultValue }]) =>
        defaultValue === undefined || defaultValue === null ? [] : [[name, defaultValue as JsonValue] as const],
    );
    const whole = { ...Object.fromEntries(initial), ...args };
    const given = Object.entries(whole).filter(([, each]) => each !== null);
    const texts = Object.fromEntries(
        given.map(([name, each]) => [name, argumentText(each, known.args[name]!, `${field}.args.${name}`)]),
    );
    try {
        return storedOperation(service.parseInput(type, operationInput({ code, args: texts })));
    } catch (thrown) {
        throw refusalOf(thrown, field, { field });
    }
}

function sortedSet(value: unknown): JsonValue[] {
    return [...new Set(value as string[])].sort();
}
