import {
    Channel,
    ConfigService,
    type Order,
    OrderStateMachine,
    type RequestContext,
    ShippingMethod,
    TransactionalConnection,
} from '@vendure/core';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { awaited } from '../awaited';
import type { CatalogHost } from '../catalog-scope';
import { CatalogFacts, type ChannelFacts } from '../product/catalog-facts';
import { isKeyField, userMayWrite } from '../product/catalog-run';
import { CustomFieldRules } from '../product/custom-field-rules';
import type { EntityId } from '../sql/sql-session';

export interface OrderOptions {
    strategy: 'CREATE' | 'UPDATE' | 'UPSERT';
    matchBy: 'code' | 'id' | 'customField';
    matchField?: string;
    channel?: string;
}

type Processes = readonly { transitions?: Record<string, { to: readonly string[] } | undefined> }[];

/** What the order loader knows for a whole run. */
export class OrderRun {
    readonly orderStates: ReadonlySet<string>;
    readonly paymentStates: ReadonlySet<string>;
    readonly fulfillmentStates: ReadonlySet<string>;
    readonly orderRules: CustomFieldRules;
    readonly lineRules: CustomFieldRules;
    /** `customFields.<name>`, when matched by a custom field. */
    readonly matchColumn?: string;
    private readonly config: ConfigService;
    private readonly machine: OrderStateMachine;

    private constructor(
        readonly host: CatalogHost,
        readonly options: OrderOptions,
        readonly channel: ChannelFacts,
        readonly channelIds: readonly EntityId[],
        /** The zone whose taxes Vendure's own strategy takes; with none it would work all taxes out anew on a modification. */
        readonly taxZoneId: EntityId | null,
        private readonly shippingMethods: ReadonlyMap<string, readonly EntityId[]>,
    ) {
        this.config = host.injector.get(ConfigService);
        this.machine = host.injector.get(OrderStateMachine);
        const { customFields, orderOptions, paymentOptions, shippingOptions } = this.config;
        const mayWrite = (field: Parameters<typeof userMayWrite>[1]) => userMayWrite(host.ctx, field);
        this.orderRules = new CustomFieldRules(customFields.Order ?? [], mayWrite);
        this.lineRules = new CustomFieldRules(customFields.OrderLine ?? [], mayWrite);
        this.orderStates = statesOf([orderOptions.process]);
        this.paymentStates = statesOf([paymentOptions.process, paymentOptions.customPaymentProcess]);
        this.fulfillmentStates = statesOf([shippingOptions.process, shippingOptions.customFulfillmentProcess]);
        if (options.matchBy === 'customField') this.matchColumn = this.findMatchColumn(options.matchField);
    }

    static async start(host: CatalogHost, options: OrderOptions): Promise<OrderRun> {
        const { ctx, injector } = host;
        const facts = await CatalogFacts.load(injector, ctx);
        const channel = options.channel
            ? facts.channel(options.channel, 'channel')
            : (facts.channelOf(ctx.channelId) ?? facts.defaultChannel);
        const connection = injector.get(TransactionalConnection);
        const zoned = await connection
            .getRepository(ctx, Channel)
            .findOne({ where: { id: channel.id }, relations: { defaultTaxZone: true }, loadEagerRelations: false });
        const methods = await connection
            .getRepository(ctx, ShippingMethod)
            .createQueryBuilder('method')
            .innerJoin('method.channels', 'channel', 'channel.id = :channel', { channel: channel.id })
            .select(['method.id', 'method.code', 'method.deletedAt'])
            .orderBy('method.id')
            .getMany();
        // Old orders may name a method that is not offered any more; one that is offered comes first.
        const byCode = new Map<string, EntityId[]>();
        for (const isDeleted of [false, true]) {
            for (const { code, id, deletedAt } of methods) {
                if ((deletedAt !== null) !== isDeleted || (isDeleted && byCode.has(code))) continue;
                byCode.set(code, [...(byCode.get(code) ?? []), id]);
            }
        }
        const channelIds = [...new Set([channel.id, facts.defaultChannel.id])];
        return new OrderRun(host, options, channel, channelIds, zoned?.defaultTaxZone?.id ?? null, byCode);
    }

    shippingMethod(code: string, field: string): EntityId {
        const [id, ...others] = this.shippingMethods.get(code) ?? [];
        if (id !== undefined && others.length === 0) return id;
        throw new UserError(
            id === undefined ? 'unknown-shipping-method' : 'ambiguous-shipping-method',
            id === undefined
                ? `${field}: there is no shipping method "${code}" in the channel "${this.channel.code}".`
                : `${field}: ${others.length + 1} shipping methods of the channel have the code "${code}".`,
            id === undefined ? didYouMean(code, [...this.shippingMethods.keys()]) : 'Give them codes of their own.',
            { field, got: code, ...(id === undefined ? { waitsFor: awaited('ShippingMethod', code) } : {}) },
        );
    }

    canTransition(from: string, to: string): boolean {
        return this.machine.canTransition(from as never, to as never);
    }

    nextStates(from: string): readonly string[] {
        return this.machine.getNextStates({ state: from } as never);
    }

    /** What the checks of the order process say: a reason or false against it, anything else for it. */
    async mayTransition(ctx: RequestContext, order: Order, to: string): Promise<unknown> {
        return this.machine.config.onTransitionStart?.(order.state, to as never, { ctx, order });
    }

    get taxStrategy() {
        return this.config.taxOptions.orderTaxCalculationStrategy;
    }

    private findMatchColumn(name: string | undefined): string {
        const fitting = [...this.orderRules.rules.values()].filter(isKeyField).map(rule => rule.name);
        if (name !== undefined && fitting.includes(name)) return `customFields.${name}`;
        throw new UserError(
            'unknown-match-field',
            name === undefined
                ? 'matchField is missing: it names the custom field to match by.'
                : `matchField: "${name}" is not a custom field of orders that records can be matched by.`,
            didYouMean(name ?? '', fitting),
            { field: 'matchField', ...(name === undefined ? {} : { got: name }) },
        );
    }
}

function statesOf(lists: readonly unknown[]): Set<string> {
    const states = new Set<string>(['Created']);
    for (const { transitions = {} } of lists.flatMap(list => (list ?? []) as Processes)) {
        for (const [from, entry] of Object.entries(transitions)) {
            states.add(from);
            for (const to of entry?.to ?? []) states.add(to);
        }
    }
    return states;
}
