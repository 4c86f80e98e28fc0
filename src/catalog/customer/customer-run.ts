import { ConfigService, CustomFieldConfig, Injector, RequestContext, RoleService } from '@vendure/core';
import type { CatalogHost } from '../catalog-scope';
import { CatalogFacts, ChannelFacts } from '../product/catalog-facts';
import { Strategy, userMayWrite } from '../product/catalog-run';
import { CustomFieldRules } from '../product/custom-field-rules';
import type { ListMode } from '../product/list-mode';
import { RunMemory } from '../product/run-memory';
import type { EntityId } from '../sql/sql-session';

export interface CustomerOptions {
    strategy: Strategy;
    channel?: string;
    addressesMode: ListMode;
    groupsMode: ListMode;
    channelsMode: ListMode;
    createGroups: boolean;
}

/** What the customer loader knows for a whole run. */
export class CustomerRun {
    readonly memory: RunMemory;
    private role?: Promise<{ id: EntityId; code: string }>;

    private constructor(
        private readonly host: CatalogHost,
        readonly options: CustomerOptions,
        readonly facts: CatalogFacts,
        readonly channel: ChannelFacts,
        readonly customerRules: CustomFieldRules,
        readonly addressRules: CustomFieldRules,
        /** Whether the e-mail address of a new account counts as verified unless a record says so. */
        readonly verifiedByDefault: boolean,
    ) {
        this.memory = new RunMemory(host.dryRun);
    }

    static async start(host: CatalogHost, options: CustomerOptions): Promise<CustomerRun> {
        const { ctx, injector } = host;
        const facts = await CatalogFacts.load(injector, ctx);
        const channel = options.channel
            ? facts.channel(options.channel, 'channel')
            : (facts.channelOf(ctx.channelId) ?? facts.defaultChannel);
        const { customFields, authOptions } = injector.get(ConfigService);
        const rulesOf = (fields: CustomFieldConfig[] | undefined) =>
            new CustomFieldRules(fields ?? [], field => userMayWrite(ctx, field));
        return new CustomerRun(
            host,
            options,
            facts,
            channel,
            rulesOf(customFields.Customer),
            rulesOf(customFields.Address),
            !authOptions.requireVerification,
        );
    }

    get rules(): readonly CustomFieldRules[] {
        return [this.customerRules, this.addressRules];
    }

    get inDefaultChannel(): boolean {
        return this.channel.id === this.facts.defaultChannel.id;
    }

    get languageCode(): string {
        return this.host.ctx.languageCode;
    }

    get injector(): Injector {
        return this.host.injector;
    }

    get ctx(): RequestContext {
        return this.host.ctx;
    }

    /** The role that Vendure gives every customer; read when the first account is to be created. */
    customerRole(): Promise<{ id: EntityId; code: string }> {
        this.role ??= this.injector.get(RoleService).getCustomerRole(this.ctx);
        return this.role;
    }
}
