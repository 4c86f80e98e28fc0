import { expect, it } from 'vitest';
import { describeDashboard } from './support/describe-dashboard';

describeDashboard('runs', shop => {
    it('lists runs with what they did', async () => {
        const run = await shop().run('shopify-catalog');
        await shop().visit('/data-hub/runs');
        const row = shop().page.locator('tbody tr').filter({ hasText: 'Shopify' }).first();
        await row.waitFor();
        expect(await row.textContent()).toContain('Completed');

        await shop().expectAccessible();
        await row.getByRole('link').first().click();
        await shop().page.waitForURL(`**/data-hub/runs/${run.id}`);
    });
});
