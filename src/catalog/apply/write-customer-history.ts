import { Address, AdministratorService, Country, Customer, type Injector, RequestContext } from '@vendure/core';
import type { JsonObject, JsonValue } from '../../../shared/json';
import type { FieldChange } from '../../sdk/change-set';
import { textOf } from '../../../shared/json';
import { splitPath } from '../product/vocabulary';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { Batch, BatchRecord } from './batch';
import { descriptionFor } from './descriptions';
import type { PendingEntity } from './pending-entity';
import { valueOf } from './rows';

interface Entry {
    type: string;
    customer: EntityId;
    data: JsonObject;
}

/**
 * What Vendure's services write into a customer's history about the same changes. Addresses must still be there, so this
 * comes before anything is deleted for good.
 */
export async function writeCustomerHistory(batch: Batch, injector: Injector, ctx: RequestContext): Promise<void> {
    const { sql } = batch;
    const kinds = ['User', 'Customer', 'Address'].map(type => descriptionFor(type)!);
    if (kinds.every(kind => batch.of(kind).length === 0)) return;
    const places = await placesOf(batch, ctx.languageCode);
    const owners = await ownersOf(batch.of(descriptionFor('User')!), sql);
    const entries = batch.records.flatMap(record => [
        ...record.entities.flatMap(entity => accountEntries(entity, owners)),
        ...record.entities.flatMap(customerEntries),
        ...record.entities.flatMap(entity => addressEntries(entity, record, places)),
    ]);
    if (entries.length === 0) return;
    const administrator = await injector.get(AdministratorService).resolveActorAdministrator(ctx);
    const rows = entries.map(({ type, customer, data }) => [type, false, data, customer, administrator?.id ?? null]);
    // Vendure does not export the class.
    const table = sql.table('CustomerHistoryEntry');
    await sql.insert(table, ['type', 'isPublic', 'data', 'customer', 'administrator'], rows);
}

function accountEntries(entity: PendingEntity, owners: ReadonlyMap<EntityId, EntityId>): Entry[] {
    if (entity.description.kind !== 'User' || entity.action === 'DELETE') return [];
    const customer = owners.get(entity.knownId());
    if (customer === undefined) return [];
    const data = { strategy: 'native' };
    const entries: Entry[] = [];
    if (entity.action === 'CREATE') entries.push({ type: 'CUSTOMER_REGISTERED', customer, data });
    if (entity.columns.get('verified') === true) entries.push({ type: 'CUSTOMER_VERIFIED', customer, data });
    return entries;
}

function customerEntries(entity: PendingEntity): Entry[] {
    if (entity.description.kind !== 'Customer' || entity.action === 'DELETE') return [];
    const customer = entity.knownId();
    const entries: Entry[] = [];
    const details = entity.change.fields.filter(({ path }) => !NOT_DETAILS.has(path));
    if (entity.action === 'UPDATE' && details.length > 0) {
        const data = { input: inputOf(customer, details) };
        entries.push({ type: 'CUSTOMER_DETAIL_UPDATED', customer, data });
    }
    const groups = entity.change.fields.find(({ path }) => path === 'groups');
    const [before, after] = [namesIn(groups?.before), namesIn(groups?.after)];
    for (const groupName of after.filter(name => !before.includes(name))) {
        entries.push({ type: 'CUSTOMER_ADDED_TO_GROUP', customer, data: { groupName } });
    }
    for (const groupName of before.filter(name => !after.includes(name))) {
        entries.push({ type: 'CUSTOMER_REMOVED_FROM_GROUP', customer, data: { groupName } });
    }
    return entries;
}

function addressEntries(entity: PendingEntity, record: BatchRecord, places: ReadonlyMap<EntityId, Place>): Entry[] {
    if (entity.description.kind !== 'Address') return [];
    const place = places.get(entity.knownId());
    if (!place) return [];
    const { customer, line } = place;
    if (entity.action === 'CREATE') return [{ type: 'CUSTOMER_ADDRESS_CREATED', customer, data: { address: line } }];
    if (entity.action === 'DELETE') return [{ type: 'CUSTOMER_ADDRESS_DELETED', customer, data: { address: line } }];
    if (followsFromOthers(entity, record)) return [];
    const data = { address: line, input: inputOf(entity.knownId(), entity.change.fields) };
    return [{ type: 'CUSTOMER_ADDRESS_UPDATED', customer, data }];
}

/** An address that is no default any more since another one is, or that inherits from one that is deleted. */
function followsFromOthers({ change }: PendingEntity, { entities }: BatchRecord): boolean {
    if (!change.fields.every(({ path }) => path.startsWith('default'))) return false;
    const isGiven = change.fields.some(({ after }) => after === true);
    return (
        !isGiven || entities.some(({ description, action }) => description.kind === 'Address' && action === 'DELETE')
    );
}

/** As the caller of Vendure's service would have put it. */
function inputOf(id: EntityId, fields: readonly FieldChange[]): JsonObject {
    const input: JsonObject = { id };
    const customFields: JsonObject = {};
    for (const { path, after } of fields) {
        const [first, name] = splitPath(path);
        const value: JsonValue = after ?? null;
        if (first === 'customFields') customFields[name!] = value;
        else if (path === 'country') input.countryCode = value;
        else if (path !== 'customer') input[path] = value;
    }
    if (Object.keys(customFields).length > 0) input.customFields = customFields;
    return input;
}

interface Place {
    customer: EntityId;
    line: string;
}

/** Whose the addresses are, and how Vendure writes them in one line. What was written just now needs no reading. */
async function placesOf(batch: Batch, languageCode: string): Promise<Map<EntityId, Place>> {
    const { sql, references } = batch;
    const table = sql.table(Address);
    const columns = ['customer', 'country', 'streetLine1', 'postalCode'];
    const addresses = batch.of(descriptionFor('Address')!);
    const rows = addresses
        .filter(address => address.creates)
        .map(address => [
            address.knownId(),
            ...columns.map(name => valueOf(table, name, address.columns.get(name), references)),
        ]);
    const others = addresses.filter(address => !address.creates).map(address => address.knownId());
    rows.push(...(await sql.selectIn(table, ['id', ...columns], 'id', others)));
    const names = await countryNames(
        rows.map(row => row[2]),
        sql,
        languageCode,
    );
    return new Map(
        rows.map(([id, customer, country, street, postalCode]) => {
            const parts = [street, postalCode, names.get(country as EntityId)];
            // A new address may leave the column to its default, which is no text.
            const line = parts.filter((part, i) => i === 0 || (part !== '' && part !== null && part !== undefined));
            return [id as EntityId, { customer: customer as EntityId, line: line.map(textOf).join(', ') }];
        }),
    );
}

async function countryNames(ids: unknown[], sql: SqlSession, languageCode: string): Promise<Map<EntityId, string>> {
    const relation = sql.table(Country).metadata.findRelationWithPropertyPath('translations')!;
    const table = sql.table(relation.inverseEntityMetadata.target);
    const names = new Map<EntityId, string>();
    const known = ids.filter(id => id !== null);
    for (const [base, language, name] of await sql.selectIn(table, ['base', 'languageCode', 'name'], 'base', known)) {
        if (language === languageCode || !names.has(base as EntityId)) names.set(base as EntityId, String(name));
    }
    return names;
}

async function ownersOf(users: readonly PendingEntity[], sql: SqlSession): Promise<Map<EntityId, EntityId>> {
    const ids = users.map(user => user.knownId());
    const rows = await sql.selectIn(sql.table(Customer), ['id', 'user'], 'user', ids);
    return new Map(rows.map(([id, user]) => [user as EntityId, id as EntityId]));
}

function namesIn(value: JsonValue | undefined): string[] {
    return Array.isArray(value) ? value.map(textOf) : [];
}

/** Changes of a customer that are no details of it. */
const NOT_DETAILS = new Set(['groups', 'channels', 'user', 'deletedAt']);
