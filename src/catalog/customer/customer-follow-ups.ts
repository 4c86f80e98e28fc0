import {
    AccountRegistrationEvent,
    Address,
    Customer,
    CustomerAddressEvent,
    CustomerEvent,
    CustomerGroup,
    CustomerGroupChangeEvent,
    EventBus,
    Logger,
    TransactionalConnection,
    User,
    type VendureEntity,
    type VendureEvent,
} from '@vendure/core';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import type { CatalogHost } from '../catalog-scope';
import { idOf } from '../follow-ups/event-entities';
import type { EventPolicy } from '../follow-ups/follow-up-policy';
import { findEntities, readEntities } from '../follow-ups/read-entities';

const loggerCtx = 'DataHub';

/** Tells other plugins what a batch changed, once it is committed. */
export class CustomerFollowUps {
    constructor(
        private readonly host: CatalogHost,
        private readonly policy: EventPolicy,
    ) {}

    async batchCommitted(changeSets: readonly ChangeSet[]): Promise<void> {
        if (this.policy === 'NONE') return;
        try {
            const bus = this.host.injector.get(EventBus);
            for (const event of await this.eventsFor(changeSets)) {
                // A subscriber that throws must not fail a batch that is committed already.
                await bus.publish(event).catch((error: unknown) => {
                    Logger.error(`A handler of ${event.constructor.name} failed: ${String(error)}`, loggerCtx);
                });
            }
        } catch (error) {
            Logger.error(`The events of a batch of customers could not be published: ${String(error)}`, loggerCtx);
        }
    }

    private async eventsFor(changeSets: readonly ChangeSet[]): Promise<VendureEvent[]> {
        const { ctx } = this.host;
        const all = this.policy === 'ALL';
        const changes = written(changeSets);
        const of = (type: string, ...actions: string[]) => ofKind(changes, type, actions);
        // Only the events of ALL tell of accounts and of addresses that came together with their customer.
        const concerned = all ? changes : written(changeSets.filter(each => !createsCustomer(each)));
        const addresses = await this.load(Address, ofKind(concerned, 'Address', ['CREATE', 'UPDATE']), {
            customer: true,
        });
        const users = all ? await this.load(User, of('User', 'CREATE'), { authenticationMethods: true }) : [];
        const created = await this.customers(of('Customer', 'CREATE'));
        // A change of what belongs to a customer counts as a change of the customer.
        const isNew = new Set(created.map(({ id }) => id));
        const touched = new Map(
            (await this.customers(of('Customer', 'UPDATE'))).map(customer => [customer.id, customer]),
        );
        for (const { customer } of addresses) if (!isNew.has(customer.id)) touched.set(customer.id, customer);
        const deleted = await this.customers(of('Customer', 'DELETE'));
        const events: VendureEvent[] = [
            ...created.map(customer => new CustomerEvent(ctx, customer, 'created')),
            ...[...touched.values()].map(customer => new CustomerEvent(ctx, customer, 'updated')),
            ...deleted.map(customer => new CustomerEvent(ctx, customer, 'deleted', customer.id)),
            ...(await this.groupEvents(of('Customer', 'CREATE', 'UPDATE'), [...created, ...touched.values()])),
        ];
        if (!all) return events;
        const newAddresses = new Set(of('Address', 'CREATE').map(({ entityId }) => entityId));
        return [
            ...users.map(user => new AccountRegistrationEvent(ctx, user)),
            ...events,
            ...addresses.map(address => {
                const type = newAddresses.has(String(address.id)) ? 'created' : 'updated';
                return new CustomerAddressEvent(ctx, address, type, { id: address.id });
            }),
        ];
    }

    private async groupEvents(changes: readonly EntityChange[], customers: readonly Customer[]) {
        const moves = { assigned: new Map<string, Customer[]>(), removed: new Map<string, Customer[]>() };
        const byId = new Map(customers.map(customer => [String(customer.id), customer]));
        for (const { entityId, fields } of changes) {
            const groups = fields.find(({ path }) => path === 'groups');
            const customer = byId.get(entityId!);
            if (!groups || !customer) continue;
            const [before, after] = [listOf(groups.before), listOf(groups.after)];
            for (const name of after) if (!before.includes(name)) add(moves.assigned, name, customer);
            for (const name of before) if (!after.includes(name)) add(moves.removed, name, customer);
        }
        const names = [...moves.assigned.keys(), ...moves.removed.keys()];
        if (names.length === 0) return [];
        const groups = await this.host.injector
            .get(TransactionalConnection)
            .getRepository(this.host.ctx, CustomerGroup)
            .find();
        return (['assigned', 'removed'] as const).flatMap(type =>
            [...moves[type]].flatMap(([name, list]) => {
                const group = groups.find(each => each.name === name || `id:${each.id}` === name);
                return group ? [new CustomerGroupChangeEvent(this.host.ctx, list, group, type)] : [];
            }),
        );
    }

    private customers(changes: readonly EntityChange[]): Promise<Customer[]> {
        const { rawConnection } = this.host.injector.get(TransactionalConnection);
        return readEntities(rawConnection, Customer, changes.map(idOf));
    }

    private load<E extends VendureEntity>(
        entity: new () => E,
        changes: readonly EntityChange[],
        relations: object,
    ): Promise<E[]> {
        const repository = this.host.injector.get(TransactionalConnection).getRepository(this.host.ctx, entity);
        return findEntities(repository, changes.map(idOf), relations);
    }
}

function written(changeSets: readonly ChangeSet[]): EntityChange[] {
    return changeSets.flatMap(({ entities }) => entities).filter(({ action }) => action !== 'UNCHANGED');
}

function ofKind(changes: readonly EntityChange[], type: string, actions: readonly string[]): EntityChange[] {
    return changes.filter(({ entityType, action }) => entityType === type && actions.includes(action));
}

function createsCustomer({ entities }: ChangeSet): boolean {
    return entities.some(({ entityType, action }) => entityType === 'Customer' && action === 'CREATE');
}

function listOf(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : [];
}

function add(lists: Map<string, Customer[]>, name: string, customer: Customer): void {
    const list = lists.get(name);
    if (list) list.push(customer);
    else lists.set(name, [customer]);
}
