import { Promotion, PromotionService, TransactionalConnection } from '@vendure/core';
import { z } from 'zod';
import type { JsonValue } from '../../../../shared/json';
import { UserError } from '../../../sdk/errors';
import { filledText, flag, instantField, listOf, wholeNumber } from '../../field-kinds';
import { channels, column, instant, operationInput, operations, storedOperation } from '../attributes';
import { common, descriptionText, keysField, nameText, operationField, translated } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

/** Its service refuses this of a new one, but sees no coupon code go, and the promotion would then be one of every order. */
function agreeOnConditions(
    after: ReadonlyMap<string, JsonValue>,
    before: ReadonlyMap<string, JsonValue> | undefined,
): void {
    const fields = ['conditions', 'couponCode'] as const;
    if (!before || !fields.some(field => after.has(field))) return;
    const [conditions, couponCode] = fields.map(field => (after.has(field) ? after.get(field) : before.get(field)));
    if ((conditions as JsonValue[] | undefined)?.length || couponCode) return;
    const field = after.has('couponCode') ? 'couponCode' : 'conditions';
    throw new UserError(
        'condition-missing',
        'A promotion has at least one condition or a coupon code, and this one would have neither.',
        'Give one of them.',
        { field, got: after.get(field) ?? null },
    );
}

export const promotion: ServiceEntity = {
    entityType: 'Promotion',
    entity: Promotion,
    customFields: 'Promotion',
    keys: ['name', 'couponCode'],
    record: z.looseObject({
        ...common,
        enabled: flag('Whether it applies.').optional(),
        couponCode: filledText('What customers type in; null for none.').nullable().optional(),
        startsAt: instantField('When it begins; null for at once.').nullable().optional(),
        endsAt: instantField('When it ends; null for never.').nullable().optional(),
        perCustomerUsageLimit: wholeNumber('Orders for each customer; null for any number.').nullable().optional(),
        usageLimit: wholeNumber('Orders altogether; null for any number.').nullable().optional(),
        conditions: listOf(
            operationField('When it applies.'),
            'All must hold; they replace those there are.',
        ).optional(),
        actions: listOf(operationField('What it does.'), 'In order; they replace those there are.').optional(),
        channels: keysField('Codes of its channels.').optional(),
        ...translated(nameText, descriptionText),
    }),
    relations: {},
    attributes: {
        enabled: column('enabled', { initial: true }),
        couponCode: column('couponCode'),
        startsAt: instant('startsAt'),
        endsAt: instant('endsAt'),
        perCustomerUsageLimit: column('perCustomerUsageLimit'),
        usageLimit: column('usageLimit'),
        conditions: operations('PromotionCondition', 'conditions', { initial: [] }),
        actions: operations('PromotionAction', 'actions', { required: true }),
        channels: channels(Promotion),
    },
    agree: agreeOnConditions,
    texts: { name: undefined, description: '' },
    channelAware: true,
    soft: true,
    service: injector => ({
        ...through(PromotionService, { create: 'createPromotion', delete: 'softDeletePromotion' })(injector),
        // The service works the priority out of the conditions and actions it is given, and of nothing else.
        async update(ctx, input) {
            const connection = injector.get(TransactionalConnection);
            const { conditions, actions } = await connection.getEntityOrThrow(ctx, Promotion, input.id);
            return injector.get(PromotionService).updatePromotion(ctx, {
                conditions: conditions.map(each => operationInput(storedOperation(each))),
                actions: actions.map(each => operationInput(storedOperation(each))),
                ...input,
            });
        },
    }),
};
