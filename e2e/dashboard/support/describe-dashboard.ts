import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { DashboardShop } from './dashboard-shop';

/** After each test no script may have failed, nothing may have been logged as an error or asked of another server. */
export function describeDashboard(
    name: string,
    define: (shop: () => DashboardShop) => void,
    options?: Parameters<typeof DashboardShop.start>[0],
): void {
    describe(name, () => {
        let shop: DashboardShop;
        beforeAll(async () => {
            shop = await DashboardShop.start(options);
        });
        afterAll(() => shop?.stop());
        afterEach(() => expect(shop.takeComplaints()).toEqual([]));
        define(() => shop);
    });
}
