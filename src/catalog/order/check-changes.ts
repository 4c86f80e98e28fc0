import { isGraphQlErrorResult, OrderService, PromotionService, type RequestContext } from '@vendure/core';
import { UserError } from '../../sdk/errors';
import { newCoupons } from './compare-order';
import type { OrderRun } from './order-run';
import type { OrderMatch } from './order-state';

/**
 * Asks Vendure beforehand whether it would refuse a transition or a coupon, so that the record is refused alone. Were it
 * to fail while the batch is written, the others would be done twice, and with them the events that Vendure holds back
 * until the commit. Not in a dry run: checks of the shop may do what a plan must not.
 */
export async function checkChanges(open: readonly OrderMatch[], run: OrderRun, ctx: RequestContext): Promise<void> {
    if (run.host.dryRun || run.options.strategy === 'CREATE') return;
    for (const match of open) {
        const { record, live } = match;
        if (match.problem || !live?.channels.includes(run.channel.id)) continue;
        const to = record.state;
        const isTransition = to !== undefined && to !== live.state && run.canTransition(live.state, to);
        const coupons = live.orderPlacedAt === null ? newCoupons(record, live) : [];
        if (!isTransition && coupons.length === 0) continue;
        match.problem = live.channels.includes(ctx.channelId)
            ? ((await couponProblem(match, coupons, run, ctx)) ??
              (isTransition ? await transitionProblem(match, to, run, ctx) : undefined))
            : outOfSight(live.code);
    }
}

export function refusedByVendure(field: string, got: string, key: string, reason: string): UserError {
    return new UserError(
        'order-change-refused',
        `${field}: Vendure refuses "${got}" for the order "${key}": ${readable(reason)}.`,
        'See to what it says is missing, or leave the field out.',
        { key, field, got },
    );
}

async function couponProblem({ live }: OrderMatch, coupons: readonly string[], run: OrderRun, ctx: RequestContext) {
    const promotions = run.host.injector.get(PromotionService);
    for (const code of coupons) {
        const result = await promotions.validateCouponCode(ctx, code, live!.customerId ?? undefined);
        if (isGraphQlErrorResult(result)) return refusedByVendure('couponCodes', code, live!.code, result.message);
    }
    return undefined;
}

async function transitionProblem({ live }: OrderMatch, to: string, run: OrderRun, ctx: RequestContext) {
    const { id, code, state } = live!;
    const orders = run.host.injector.get(OrderService);
    const order = await orders.findOne(ctx, id);
    if (!order) return outOfSight(code);
    order.payments = await orders.getOrderPayments(ctx, id);
    const answer = await run.mayTransition(ctx, order, to);
    if (answer !== false && typeof answer !== 'string') return undefined;
    const reason =
        answer === false
            ? 'a check of the order process says no'
            : ctx.translate(answer, { fromState: state, toState: to });
    return refusedByVendure('state', to, code, reason);
}

function outOfSight(code: string): UserError {
    return new UserError(
        'order-of-other-channel',
        `The order "${code}" is not in the channel that the run works in, and Vendure changes states and coupons only there.`,
        'Run the pipeline in the channel of the order.',
    );
}

/** Outside of a request Vendure does not translate its messages: `message.cannot-transition-unless-all-cancelled`. */
function readable(reason: string): string {
    if (/^message\.[a-z-]+$/.test(reason)) return reason.slice('message.'.length).replaceAll('-', ' ');
    if (/^[A-Z_]+$/.test(reason)) return reason.toLowerCase().replaceAll('_', ' ');
    return reason.replace(/\.$/, '');
}
