import { Customer, normalizeEmailAddress } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { PipelineRecord } from '../../sdk/record';
import type { CustomFieldRule } from '../product/custom-field-rules';
import { fillLinks } from '../product/read-live';
import type { RecordCheck } from '../product/record-check';
import { parseId, readRelated, validateCustomFields } from '../product/resolve-shared';
import type { EntityId, SqlSession } from '../sql/sql-session';
import { createdMeanwhile } from '../provenance/key-claims';
import { ambiguousCustomer, customerElsewhere, emailTaken, noMatchValue, unknownCustomerId } from './customer-problems';
import type { CustomerRecord } from './customer-record';
import type { CustomerRun } from './customer-run';
import { CustomerMatch, CustomerState, emailAfter, LiveCustomer } from './customer-state';
import { readAccounts, readAddresses, readCountries, readCustomers, readGroups } from './read-customers';

export interface CustomerMatching {
    by: 'emailAddress' | 'id' | 'customField';
    /** `customFields.<name>`, when matched by a custom field. */
    column?: string;
    /** Custom field that tells the addresses of a customer apart. */
    addressColumn?: string;
    /** Fields of the record that the settings of the loader leave alone. */
    skip: ReadonlySet<string>;
}

/** Finds the customers of a batch and reads of them what the batch mentions. */
export class CustomerResolver {
    constructor(
        private readonly run: CustomerRun,
        private readonly matching: CustomerMatching,
        private readonly check: RecordCheck,
    ) {}

    async resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<CustomerState> {
        const { run } = this;
        const state = new CustomerState(run);
        for (const record of records) state.matches.set(record, this.read(record.data));
        const matches = [...state.matches.values()].filter(match => !match.problem);

        const customers = await this.candidates(matches, sql);
        await this.match(matches, customers, state, sql);
        const open = matches.filter(match => !match.problem);
        const found = new Map(open.flatMap(({ customer }) => (customer ? [[customer.id, customer] as const] : [])));
        await readAccounts(
            open.filter(bringsAccount).flatMap(match => emailAfter(match) ?? []),
            state,
            sql,
        );
        for (const match of open) if (this.hasComeMeanwhile(match, state)) throw createdMeanwhile();
        if (open.some(({ record }) => record.user !== undefined)) {
            const role = await run.customerRole();
            state.customerRole = role.code;
            state.references.set('Role', role.code, role.id);
        }
        const given = open.flatMap(({ record }) => record.addresses ?? []);
        if (open.some(({ record }) => record.addresses !== undefined)) {
            const fields = new Set(given.flatMap(address => Object.keys(address.customFields ?? {})));
            if (this.matching.addressColumn) fields.add(nameIn(this.matching.addressColumn));
            await readAddresses(found, fields, state, sql);
            await readCountries(new Set(given.flatMap(({ countryCode }) => countryCode?.trim() ?? [])), state, sql);
        }
        if (open.some(({ record }) => record.groups !== undefined)) {
            await readGroups(state, sql);
            await fillLinks(Customer, 'groups', found, customer => customer.groupIds, sql);
        }
        await readRelated(
            open.flatMap(({ record }) => this.customFieldsOf(record)),
            state,
            sql,
        );
        await validateCustomFields(state.matches, record => this.customFieldsOf(record), run);
        return state;
    }

    private read(data: JsonObject): CustomerMatch {
        const problem = this.check.problemOf(data);
        const kept = Object.entries(data).filter(([name]) => !this.matching.skip.has(name));
        const record = Object.fromEntries(kept) as CustomerRecord;
        const emailAddress =
            problem || record.emailAddress === undefined ? undefined : normalizeEmailAddress(record.emailAddress);
        return { record, emailAddress, ...(problem ? { problem } : {}) };
    }

    /** Living customers that records may mean, whatever their channel. */
    private async candidates(matches: readonly CustomerMatch[], sql: SqlSession): Promise<LiveCustomer[]> {
        const { run } = this;
        const { by, column } = this.matching;
        const fields = new Set(matches.flatMap(({ record }) => Object.keys(record.customFields ?? {})));
        const values: unknown[] = [];
        for (const match of matches) {
            const { record, emailAddress } = match;
            if (by === 'emailAddress') {
                if (emailAddress === undefined) match.problem = noMatchValue('emailAddress');
                else values.push(emailAddress);
            } else if (by === 'id') {
                if (record.id === undefined) match.problem = noMatchValue('id');
                else values.push(...idOf(record, sql));
            } else {
                const value = record.customFields?.[nameIn(column!)];
                if (value === undefined || value === null || value === '') match.problem = noMatchValue(column!);
                else values.push(...accepted(run.customerRules.rules.get(nameIn(column!))!, value));
            }
        }
        const customers = await readCustomers(column ?? by, values, fields, run.customerRules, sql);
        if (!run.inDefaultChannel || matches.some(({ record }) => record.channels !== undefined)) {
            await fillLinks(Customer, 'channels', customers, customer => customer.channelIds, sql);
        }
        return [...customers.values()];
    }

    private async match(
        matches: readonly CustomerMatch[],
        customers: readonly LiveCustomer[],
        state: CustomerState,
        sql: SqlSession,
    ): Promise<void> {
        const byValue = new Map<string, LiveCustomer[]>();
        for (const customer of customers) {
            const value = this.valueOf(customer);
            const list = byValue.get(value);
            if (list) list.push(customer);
            else byValue.set(value, [customer]);
        }
        for (const match of matches) if (!match.problem) this.choose(match, byValue.get(this.wantedOf(match)) ?? []);
        await this.readEmailOwners(matches, state, sql);
    }

    private choose(match: CustomerMatch, all: readonly LiveCustomer[]): void {
        const { run, matching } = this;
        const wanted = this.wantedOf(match);
        const here = run.inDefaultChannel ? all : all.filter(({ channelIds }) => channelIds.includes(run.channel.id));
        // As in Vendure, a registered customer of another channel is brought into this one.
        const found = here.length > 0 || matching.by !== 'emailAddress' ? here : all;
        if (found.length > 1) {
            const ids = found.map(({ id }) => id);
            match.problem = ambiguousCustomer(wanted, matching.column ?? matching.by, ids);
            return;
        }
        const [customer] = found;
        if (customer && here.length === 0 && !customer.user) {
            match.problem = customerElsewhere(wanted, customer.id, run.channel.code, 'a guest ');
        } else if (customer) match.customer = customer;
        else if (matching.by === 'id') match.problem = unknownCustomerId(wanted, run.channel.code);
    }

    /** An address that a record brings along must be nobody else's in the channel, that of a new customer nobody's at all. */
    private async readEmailOwners(matches: readonly CustomerMatch[], state: CustomerState, sql: SqlSession) {
        if (this.matching.by === 'emailAddress') return;
        const { run } = this;
        const brings = matches.filter(
            ({ problem, emailAddress, customer }) =>
                !problem && emailAddress !== undefined && customer?.values.emailAddress !== emailAddress,
        );
        const emails = brings.map(({ emailAddress }) => emailAddress);
        const rows = await sql.selectIn(sql.table(Customer), ['id', 'emailAddress'], 'emailAddress', emails, {
            isNull: ['deletedAt'],
        });
        const owners = new Map(rows.map(([id]) => [id as EntityId, [] as EntityId[]]));
        if (!run.inDefaultChannel) await fillLinks(Customer, 'channels', owners, channels => channels, sql);
        const elsewhere = new Map<string, EntityId>();
        for (const [id, email] of rows) {
            const channels = owners.get(id as EntityId)!;
            const key = normalizeEmailAddress(email as string);
            if (!run.inDefaultChannel && !channels.includes(run.channel.id)) {
                elsewhere.set(key, id as EntityId);
                continue;
            }
            state.emailOwners.set(key, [...(state.emailOwners.get(key) ?? []), id as EntityId]);
        }
        for (const match of brings) {
            const owner = state.emailOwners.get(match.emailAddress!)?.find(id => id !== match.customer?.id);
            if (owner !== undefined)
                match.problem = emailTaken(match.emailAddress!, `the customer with the id ${owner}`);
            else if (!match.customer && elsewhere.has(match.emailAddress!)) {
                const id = elsewhere.get(match.emailAddress!)!;
                match.problem = customerElsewhere(match.emailAddress!, id, run.channel.code);
            }
        }
    }

    /** Looking for customers did not find it, looking for accounts does: between two statements others may commit. */
    private hasComeMeanwhile(match: CustomerMatch, { accountOwners }: CustomerState): boolean {
        if (this.matching.by !== 'emailAddress' || match.customer) return false;
        const { emailAddress } = match;
        return emailAddress !== undefined && accountOwners.get(emailAddress)?.emailAddress === emailAddress;
    }

    private valueOf({ id, values }: LiveCustomer): string {
        const { by, column } = this.matching;
        if (by === 'emailAddress') return normalizeEmailAddress(values.emailAddress as string);
        return String(by === 'id' ? id : values[column!]);
    }

    private wantedOf({ record, emailAddress }: CustomerMatch): string {
        const { by, column } = this.matching;
        if (by === 'emailAddress') return emailAddress!;
        return String(by === 'id' ? record.id : record.customFields?.[nameIn(column!)]);
    }

    private customFieldsOf({ customFields, addresses }: CustomerRecord) {
        const { customerRules, addressRules } = this.run;
        const ofAddresses = Array.isArray(addresses) ? addresses : [];
        return [
            [customerRules, customFields] as const,
            ...ofAddresses.map(address => [addressRules, address.customFields] as const),
        ];
    }
}

/** Whose account must be nobody else's: a new one, or one that gets another address. */
function bringsAccount(match: CustomerMatch): boolean {
    const { record, customer } = match;
    return customer?.user ? customer.values.emailAddress !== emailAfter(match) : record.user !== undefined;
}

function idOf({ id }: CustomerRecord, sql: SqlSession): EntityId[] {
    const parsed = parseId(id, sql.table(Customer));
    return parsed === undefined ? [] : [parsed];
}

function accepted(rule: CustomFieldRule, value: unknown): unknown[] {
    try {
        return [rule.accept(value, '')];
    } catch {
        // Compare refuses it with a sentence.
        return [];
    }
}

function nameIn(column: string): string {
    return column.slice('customFields.'.length);
}
