import type { JsonObject } from '../../shared/json';
import { seededRandom } from '../catalog/random';

const VARIANTS = 100;

export const skus = Array.from({ length: VARIANTS }, (_, i) => `BENCH-${i}`);

/** Orders of one to four lines, paid and sent, the same ones each time. */
export function orderRows(count: number): JsonObject[] {
    const next = seededRandom(7);
    const below = (limit: number): number => Math.floor(next() * limit);
    return Array.from({ length: count }, (_, i) => {
        const lines = Array.from({ length: 1 + below(4) }, (_line, j) => ({
            sku: skus[(i + j * 17) % VARIANTS]!,
            quantity: 1 + below(3),
            unitPrice: 100 + below(10_000),
            priceIncludesTax: true,
            taxRate: 20,
        }));
        const amount = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 490);
        const at = new Date(Date.UTC(2020, 0, 1) + i * 3_600_000).toISOString();
        return {
            code: `BENCH-ORDER-${i}`,
            state: 'Shipped',
            orderPlacedAt: at,
            customer: 'jo@example.com',
            shippingAddress: { fullName: 'Jo Doe', streetLine1: `Main St ${i}`, city: 'Berlin', countryCode: 'DE' },
            lines,
            shippingLines: [{ method: 'standard', price: 490, priceIncludesTax: true, taxRate: 20 }],
            payments: [{ method: 'card', amount, state: 'Settled', transactionId: `tx-${i}` }],
            fulfillments: [{ method: 'DHL', trackingCode: `0034${i}`, state: 'Shipped' }],
            totalWithTax: amount,
        };
    });
}
