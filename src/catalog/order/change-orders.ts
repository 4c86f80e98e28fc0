import { isGraphQlErrorResult, Order, OrderService } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import type { EntityChange, FieldChange } from '../../sdk/change-set';
import { idFromText } from '../apply/batch';
import { groupForUpdate } from '../apply/rows';
import type { CatalogScope } from '../catalog-scope';
import type { EntityId } from '../sql/sql-session';
import { refusedByVendure } from './check-changes';
import { CustomFieldCells } from './custom-field-cells';
import type { OrderState } from './order-state';
import { insertHistory } from './write-orders';

/**
 * Changes orders that exist: custom fields and notes for the whole batch at once, coupons and transitions one by one
 * through Vendure's OrderService, which has its own rules and publishes its own events.
 */
export async function changeOrders(
    changes: readonly EntityChange[],
    { run }: OrderState,
    { sql, ctx }: CatalogScope,
): Promise<void> {
    if (changes.length === 0) return;
    const table = sql.table(Order);
    const orders = changes.map(({ entityId, key, fields }) => ({ id: idFromText(entityId, table)!, key, fields }));
    const cells = new CustomFieldCells(sql, Order);
    const rows = orders.map(({ id, fields }) => ({
        key: [id],
        set: new Map(Object.entries(cells.of(valuesOf(fields)))),
    }));
    for (const group of groupForUpdate(rows)) await sql.update(table, ['id'], group.columns, group.rows);
    await cells.link(orders);
    await insertHistory(sql, orders.flatMap(addedNotes));
    const service = run.host.injector.get(OrderService);
    for (const { id, key, fields } of orders) {
        for (const code of addedCoupons(fields)) {
            assertAccepted(await service.applyCouponCode(ctx, id, code), 'couponCodes', code, key);
        }
        const to = fields.find(({ path }) => path === 'state')?.after;
        if (to === undefined) continue;
        assertAccepted(await service.transitionToState(ctx, id, to as never), 'state', to as string, key);
    }
}

function valuesOf(fields: readonly FieldChange[]) {
    const own = fields.filter(({ path }) => path.startsWith('customFields.'));
    return Object.fromEntries(own.map(({ path, after }) => [path.slice('customFields.'.length), after ?? null]));
}

function addedNotes({ id, fields }: { id: EntityId; fields: readonly FieldChange[] }) {
    return added(fields, 'notes').map(note => {
        const { note: text, isPublic, createdAt } = note as JsonObject;
        return {
            order: id,
            type: 'ORDER_NOTE',
            isPublic: isPublic as boolean,
            data: { note: text! },
            createdAt: createdAt === null ? new Date() : new Date(createdAt as string),
        };
    });
}

function addedCoupons(fields: readonly FieldChange[]): string[] {
    return added(fields, 'couponCodes') as string[];
}

/** The new ones stand after those that were there. */
function added(fields: readonly FieldChange[], wanted: string): unknown[] {
    const field = fields.find(({ path }) => path === wanted);
    if (!field) return [];
    return (field.after as unknown[]).slice((field.before as unknown[] | undefined)?.length ?? 0);
}

function assertAccepted(result: object, field: string, got: string, key: string): void {
    if (!isGraphQlErrorResult(result as never)) return;
    const { message, transitionError } = result as { message: string; transitionError?: string };
    throw refusedByVendure(field, got, key, transitionError ?? message);
}
