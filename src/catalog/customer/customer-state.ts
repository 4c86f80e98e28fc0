import type { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { LiveTranslation } from '../product/live-catalog';
import { References } from '../references';
import type { EntityId } from '../sql/sql-session';
import type { CustomerRecord } from './customer-record';
import type { CustomerRun } from './customer-run';

interface LiveFields {
    id: EntityId;
    /** By property: `firstName`, `customFields.<name>` … */
    values: Record<string, unknown>;
    /** Custom fields that are lists of relations, by name. */
    relations: Map<string, EntityId[]>;
    /** Custom fields of customers and addresses have no languages. */
    translations: Map<string, LiveTranslation>;
}

export interface LiveAddress extends LiveFields {
    countryCode: string | null;
}

/** Only what the batch mentions has been read: a list that nobody mentions is empty here. */
export interface LiveCustomer extends LiveFields {
    user: { id: EntityId; identifier: string; verified: boolean } | undefined;
    channelIds: EntityId[];
    groupIds: EntityId[];
    /** The oldest first. */
    addresses: LiveAddress[];
}

export interface CustomerMatch {
    /** The record without the lists that the settings skip. */
    record: CustomerRecord;
    /** As Vendure keeps it; undefined when the record gives none. */
    emailAddress: string | undefined;
    /** Why the record is refused before it is compared. */
    problem?: UserError;
    customer?: LiveCustomer;
}

export interface AccountOwner {
    userId: EntityId;
    customerId: EntityId;
    /** Of the customer, which need not be that of the account; undefined for one that is deleted. */
    emailAddress: string | undefined;
}

/** The address that the customer will have. */
export function emailAfter({ emailAddress, customer }: CustomerMatch): string | undefined {
    return emailAddress ?? (customer?.values.emailAddress as string | undefined);
}

/** What `resolve` learnt for one batch; `compare` reads it and notes what the batch is about to create. */
export class CustomerState {
    readonly references = new References();
    readonly matches = new Map<PipelineRecord, CustomerMatch>();
    readonly related = new Map<string, Set<string>>();
    /** Ids of the groups of each name, the oldest first. */
    readonly groupsByName = new Map<string, EntityId[]>();
    readonly groupKeys = new Map<EntityId, string>();
    readonly countryCodes = new Set<string>();
    /** Living customers of the channel by e-mail address, where a record may bring or change one. */
    readonly emailOwners = new Map<string, EntityId[]>();
    /** Accounts of customers by e-mail address. */
    readonly accountOwners = new Map<string, AccountOwner>();
    customerRole = '';
    /** Groups that records of the batch create. */
    readonly announcedGroups = new Set<string>();

    constructor(readonly run: CustomerRun) {
        run.facts.fill(this.references);
    }
}
