import { normalizeEmailAddress } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import { ChangeSetApplier } from '../../catalog/apply/change-set-applier';
import type { CatalogHost, CatalogScope } from '../../catalog/catalog-scope';
import { compareCustomer } from '../../catalog/customer/compare-customer';
import { CustomerFollowUps } from '../../catalog/customer/customer-follow-ups';
import { customerRecord } from '../../catalog/customer/customer-record';
import { CustomerResolver } from '../../catalog/customer/customer-resolver';
import { CustomerRun } from '../../catalog/customer/customer-run';
import type { CustomerState } from '../../catalog/customer/customer-state';
import { matchColumn } from '../../catalog/product/catalog-run';
import { LIST_MODES } from '../../catalog/product/list-mode';
import { RecordCheck } from '../../catalog/product/record-check';
import { creationsIn, KeyClaims } from '../../catalog/provenance/key-claims';
import type { ConfigOf } from '../../sdk/adapter';
import { Defect, UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader, Loader } from '../../sdk/loader';
import { Rejected } from '../../sdk/outcome';
import { customFieldKey, keyText } from '../catalog-loader';
import { channelsMode } from '../catalog-loader-config';

const schema = config({
    strategy: field
        .choice('Strategy', 'What may happen to the customers.', {
            UPSERT: 'Creates who is missing and updates who exists.',
            CREATE: 'Only creates; a record for a customer who exists is rejected.',
            UPDATE: 'Only updates; a record for a customer who does not exist is rejected.',
        })
        .default('UPSERT'),
    channel: field
        .text('Channel', 'Code of the channel to work in; the channel of the run if absent.', { example: 'b2b' })
        .optional(),
    matchBy: field
        .choice('Match by', 'How the customer of a record is found.', {
            emailAddress: 'By e-mail address.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the customer, see matchField.',
        })
        .default('emailAddress'),
    matchField: field
        .text('Match field', 'Custom field of the customer to match by, with matchBy customField.', {
            example: 'erpId',
        })
        .optional(),
    addressMatchField: field
        .text(
            'Address match field',
            'Custom field that tells the addresses of a customer apart before street, postal code and country do.',
            { example: 'erpId', advanced: true },
        )
        .optional(),
    addressesMode: field
        .choice('Addresses', 'How the addresses of a record meet those that are there.', LIST_MODES)
        .default('MERGE'),
    groupsMode: field
        .choice('Groups', 'How the customer groups of a record meet those the customer is in.', LIST_MODES)
        .default('MERGE'),
    createGroups: field
        .flag(
            'Create groups',
            'Creates customer groups that do not exist; otherwise such a record is rejected and waits for them.',
        )
        .default(false),
    channelsMode,
    events: field
        .choice(
            'Events',
            'Which of Vendure’s events are published after a batch is committed.',
            {
                BATCH: 'A CustomerEvent for each customer, and a CustomerGroupChangeEvent for all who join or leave a group.',
                ALL: 'Also one for each address, and an AccountRegistrationEvent for each new account, upon which Vendure’s e-mail plugin writes to the customer.',
                NONE: 'None; other plugins do not learn of the change.',
            },
            { advanced: true },
        )
        .default('BATCH'),
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const customerLoader = defineLoader({
    code: 'customer',
    name: 'Customers',
    description:
        'Creates and updates customers with their addresses, groups, channels and accounts. One record is one customer.',
    category: 'customers',
    entityType: 'Customer',
    schema,
    record: customerRecord,
    secretFields: ['password', 'passwordHash'],
    guarantees:
        'Only fields that a record gives are touched. A batch is written with a number of statements that does not depend on its size, and an unchanged record writes nothing. Customers, accounts and history are the same as after Vendure’s own services. No password is read or written: a new account has none, and its owner sets one through the password reset of the shop, or through its verification mail if the address is not verified. No mail is sent unless events is ALL.',
    limits: 'E-mail addresses are not unique in Vendure: where several customers have one, the record is rejected with their ids. Vendure has no index on them either, so a batch takes longer the more customers the shop has. Customers are not deleted, accounts are not taken away, and no HistoryEntryEvent is published. With createGroups, batches that name the same group run one after the other.',
    examples: [
        {
            title: 'A customer with an account and an address',
            config: {},
            record: {
                emailAddress: 'ada@example.com',
                firstName: 'Ada',
                lastName: 'Byron',
                user: { verified: true },
                groups: ['Wholesale'],
                addresses: [
                    {
                        fullName: 'Ada Byron',
                        streetLine1: 'Hauptstr. 1',
                        postalCode: '01067',
                        city: 'Dresden',
                        countryCode: 'DE',
                        defaultShippingAddress: true,
                        defaultBillingAddress: true,
                    },
                ],
            },
        },
        {
            title: 'Numbers from an ERP, where the e-mail address may change',
            config: { strategy: 'UPDATE', matchBy: 'customField', matchField: 'erpId' },
            record: { emailAddress: 'ada@example.org', phoneNumber: null, customFields: { erpId: '004711' } },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: CatalogHost }) {
        const run = await CustomerRun.start(host, settings);
        const { matchBy, matchField, addressMatchField } = settings;
        const column = matchBy === 'customField' ? matchColumn(run.customerRules, matchField, 'matchField') : undefined;
        const addressColumn =
            addressMatchField === undefined
                ? undefined
                : matchColumn(run.addressRules, addressMatchField, 'addressMatchField');
        const matching = {
            by: matchBy,
            ...(column ? { column } : {}),
            ...(addressColumn ? { addressColumn } : {}),
            skip: skippedFields(settings),
        };
        const resolver = new CustomerResolver(run, matching, new RecordCheck(customerRecord, 'customer'));
        const applier = new ChangeSetApplier(host);
        const claims = new KeyClaims(host.run?.id ?? '');
        const followUps = new CustomerFollowUps(host, settings.events);
        const loader: Loader<CatalogScope, CustomerState> = {
            keysOf: record => keysOf(record, settings, column),
            orderOf: record => groupKeys(record, settings),
            nameOf,
            resolve: (records, scope) => resolver.resolve(records, scope.sql),
            compare(record, state) {
                const match = state.matches.get(record);
                if (!match)
                    throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
                if (match.problem) return new Rejected(match.problem);
                try {
                    return compareCustomer(record.origin, match, addressColumn, state);
                } catch (refusal) {
                    if (refusal instanceof UserError) return new Rejected(refusal);
                    throw refusal;
                }
            },
            async apply(changeSets, state, scope) {
                await claims.take(creationsIn(changeSets), scope.sql);
                await applier.apply(changeSets, state.references, scope);
            },
            afterCommit(changeSets) {
                run.memory.batchCommitted();
                return followUps.batchCommitted(changeSets);
            },
        };
        return loader;
    },
});

function skippedFields(settings: Settings): Set<string> {
    const skipped = new Set<string>();
    if (settings.addressesMode === 'SKIP') skipped.add('addresses');
    if (settings.groupsMode === 'SKIP') skipped.add('groups');
    if (settings.channelsMode === 'SKIP') skipped.add('channels');
    return skipped;
}

/** What a record claims for itself: the customer it means, and the e-mail address that this customer will have. */
function keysOf(record: JsonObject, { matchBy }: Settings, column: string | undefined): string[] {
    const keys: string[] = [];
    if (matchBy === 'id' && record.id !== undefined) keys.push(`customer:id:${keyText(record.id)}`);
    if (column !== undefined) {
        const key = customFieldKey(record, column);
        if (key !== undefined) keys.push(`customer:${column}:${key}`);
    }
    const email = emailOf(record);
    if (email !== undefined) keys.push(`customer:emailAddress:${email}`);
    return keys;
}

/** Names of groups are not unique in the database, so that only one batch at a time may create one. */
function groupKeys({ groups }: JsonObject, { createGroups, groupsMode }: Settings): string[] {
    if (!createGroups || groupsMode === 'SKIP' || !Array.isArray(groups)) return [];
    return groups.flatMap(name => (typeof name === 'string' ? [`customerGroup:${name.trim()}`] : []));
}

function emailOf({ emailAddress }: JsonObject): string | undefined {
    if (typeof emailAddress !== 'string' || emailAddress === '' || emailAddress.length > 255) return undefined;
    return normalizeEmailAddress(emailAddress);
}

function nameOf(record: JsonObject): string {
    const name = record.emailAddress ?? record.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
