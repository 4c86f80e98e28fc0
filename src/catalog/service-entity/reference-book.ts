import { type Channel, type ID, type RequestContext, TransactionalConnection, type Type } from '@vendure/core';
import { In, IsNull } from 'typeorm';
import { UserError } from '../../sdk/errors';
import { AWAITED, awaited, type AwaitedKind } from '../awaited';

interface Kind {
    called: string;
    /** Only living ones of the channel of the run. */
    ofChannel?: boolean;
}

const KINDS = {
    Channel: { called: 'channel with the code' },
    Country: { called: 'country with the code' },
    Customer: { called: 'customer with the e-mail address', ofChannel: true },
    CustomerGroup: { called: 'customer group called' },
    Role: { called: 'role with the code' },
    Seller: { called: 'seller called' },
    TaxCategory: { called: 'tax category called' },
    Zone: { called: 'zone called' },
} satisfies Partial<Record<AwaitedKind, Kind>>;

/** What attributes of entities refer to by natural key. */
export type KeyedKind = keyof typeof KINDS;

export const keyOfKind = (kind: KeyedKind): string => AWAITED[kind].key;

/** Natural keys that a batch mentions, with the ids that have them: one query for each kind. */
export class ReferenceBook {
    private readonly ids = new Map<string, ID[]>();

    static async read(
        mentioned: ReadonlyMap<KeyedKind, ReadonlySet<string>>,
        ctx: RequestContext,
        connection: TransactionalConnection,
    ): Promise<ReferenceBook> {
        const book = new ReferenceBook();
        for (const [kind, keys] of mentioned) {
            const { entity, key } = AWAITED[kind];
            const { ofChannel }: Kind = KINDS[kind];
            const living: object = ofChannel ? { deletedAt: IsNull(), channels: { id: ctx.channelId } } : {};
            const found: Record<string, unknown>[] = (await connection
                .getRepository(ctx, entity as Type<Channel>)
                .find({
                    where: { [key]: In([...keys]), ...living },
                    select: { id: true, [key]: true },
                    order: { id: 'ASC' },
                    loadEagerRelations: false,
                })) as never;
            for (const row of found) {
                const name = `${kind} ${String(row[key])}`;
                book.ids.set(name, [...(book.ids.get(name) ?? []), row.id as ID]);
            }
        }
        return book;
    }

    has(kind: KeyedKind, key: string): boolean {
        return this.ids.has(`${kind} ${key}`);
    }

    idOf(kind: KeyedKind, key: string, field: string): ID {
        const ids = this.ids.get(`${kind} ${key}`) ?? [];
        if (ids.length === 1) return ids[0]!;
        const { called } = KINDS[kind];
        if (ids.length > 1) {
            throw new UserError(
                'ambiguous-reference',
                `${field}: there are ${ids.length} of the ${called} "${key}".`,
                'Give them different names.',
                { field, got: key },
            );
        }
        throw new UserError(
            'unknown-reference',
            `${field}: there is no ${called} "${key}".`,
            'Create it first; the record waits for it.',
            { field, got: key, waitsFor: awaited(kind, key) },
        );
    }
}
