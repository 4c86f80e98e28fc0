import type { JsonObject } from '../../../shared/json';
import type { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { EntityId } from '../sql/sql-session';
import type { OrderParts } from './order-parts';
import type { OrderRecord } from './order-record';
import type { OrderRun } from './order-run';

/** An order as it is in the shop. */
export interface LiveOrder {
    id: EntityId;
    code: string;
    state: string;
    orderPlacedAt: Date | null;
    createdAt: Date;
    currencyCode: string;
    customer: string | null;
    customerId: EntityId | null;
    couponCodes: string[];
    shippingAddress: JsonObject;
    billingAddress: JsonObject;
    totals: { subTotal: number; subTotalWithTax: number; shipping: number; shippingWithTax: number };
    parts: OrderParts;
    notes: { note: string; isPublic: boolean }[];
    /** By path, such as `customFields.erpId`. */
    customFields: Record<string, unknown>;
    /** Ids that list relations among the custom fields hold, by name. */
    relations: Map<string, EntityId[]>;
    channels: EntityId[];
}

export interface VariantFacts {
    id: EntityId;
    taxCategoryId: EntityId | null;
    featuredAssetId: EntityId | null;
}

export interface CustomerFacts {
    id: EntityId;
    hasAccount: boolean;
}

export interface OrderMatch {
    record: OrderRecord;
    problem?: UserError;
    live?: LiveOrder;
}

/** What `resolve` learnt for one batch. */
export interface OrderState {
    run: OrderRun;
    matches: Map<PipelineRecord, OrderMatch>;
    /** By e-mail address in lower case. */
    customers: Map<string, CustomerFacts[]>;
    variants: Map<string, VariantFacts[]>;
    /** Ids of related entities that exist, by entity name. */
    related: Map<string, Set<string>>;
    /** Ids of orders by code, where records are matched by something else. */
    codeOwners: Map<string, EntityId>;
}
