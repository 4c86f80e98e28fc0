import { beforeAll, expect, it } from 'vitest';
import { describeDashboard } from './support/describe-dashboard';
import { createAdministrator, createProductPipeline, restOf, runUntilItRests } from './support/product-pipelines';

const desks = Array.from({ length: 12 }, (_, index) => ({
    slug: `desk-${index}`,
    name: `Desk ${index}`,
    variants: [{ sku: `D-${index}`, price: 1_000 + index }],
}));

describeDashboard('gates', shop => {
    let guarded: string;
    let manual: string;
    let timed: string;
    const button = (name: string | RegExp) => shop().page.getByRole('button', { name });
    const inDialog = (name: string) => shop().page.getByRole('alertdialog').getByRole('button', { name });
    const pausedAt = async (code: string, gate?: object, guards?: object) => {
        const between = gate ? [{ key: 'approve', type: 'GATE', config: gate }] : [];
        const pipeline = { code, name: `Desks ${code}`, records: desks, between, guards };
        const run = await runUntilItRests(shop().admin, await createProductPipeline(shop().admin, pipeline));
        expect(run.status).toBe('PAUSED');
        return run.id;
    };

    beforeAll(async () => {
        guarded = await pausedAt('guarded', undefined, { maxChangedPercent: 10 });
        manual = await pausedAt('manual', { approvalType: 'MANUAL', previewCount: 3 });
        timed = await pausedAt('timed', { approvalType: 'TIMEOUT', timeoutSeconds: 7_200, onTimeout: 'REJECT' });
    });

    it('lists what waits, why, since when and until when', async () => {
        const { page } = shop();
        await shop().visit('/data-hub/gates');
        const row = (name: string) => page.locator('tbody tr').filter({ hasText: name });
        await row('Desks timed').waitFor();
        expect(await row('Desks timed').textContent()).toContain('then it is rejected by itself');
        expect(await row('Desks manual').textContent()).toContain('12 records wait for approval.');
        expect(await row('Desks guarded').textContent()).toContain('12 of 12 records');
        await shop().expectAccessible();
        await row('Desks guarded').getByRole('link').click();
        await page.waitForURL(/data-hub\/gates\?.*step=write/);
        const counts = page.getByRole('region', { name: 'What the guards counted' });
        await counts.waitFor();
        expect(await counts.textContent()).toContain('Changed12');
    });

    it('shows what waits and what would be written, and lets it go on', async () => {
        const { page } = shop();
        await shop().visit(`/data-hub/gates?run=${manual}&step=approve`);
        await page.getByRole('heading', { name: 'The first 3 of 12 records' }).waitFor();
        expect(await page.getByRole('table', { name: 'Records that wait' }).textContent()).toContain('desk-0');
        const plan = page.getByRole('table', { name: 'What would be written' });
        await plan.getByText('Desk 0').first().waitFor();
        await shop().expectAccessible();

        await button('Approve 12 records').click();
        // The way out has no focus here: there is a field to fill in.
        await page.getByLabel('Note').fill('Checked with purchasing');
        await inDialog('Approve 12 records').click();
        await page.getByText('Approved; the run goes on.').waitFor();
        await page.getByText('Checked with purchasing').waitFor();
        expect(await page.getByRole('definition').allTextContents()).toContainEqual(
            expect.stringContaining('superadmin'),
        );
        expect(await button(/^(Approve|Reject)/).count()).toBe(0);
        expect(await restOf(shop().admin, manual)).toMatchObject({ status: 'COMPLETED', created: 12 });
    });

    it('drops what is rejected', async () => {
        const { page } = shop();
        await shop().visit(`/data-hub/gates?run=${timed}&step=approve`);
        await button('Reject 12 records: they are dropped').click();
        await page.keyboard.press('Escape');
        expect((await restOf(shop().admin, timed)).status).toBe('PAUSED');
        await button('Reject 12 records: they are dropped').click();
        await inDialog('Reject 12 records').click();
        await page.getByText('Rejected; the records are dropped.').waitFor();
        expect((await restOf(shop().admin, timed)).status).toBe('CANCELLED');
        await shop().visit('/data-hub/gates?state=REJECTED');
        expect(await page.locator('tbody tr').filter({ hasText: 'Desks timed' }).textContent()).toContain('superadmin');
    });

    it('shows those who may not decide what waits, in German', async () => {
        const reader = await createAdministrator(shop().admin, 'reader', ['ReadDataHubRun']);
        await shop().look({ ...reader, language: 'de', width: 390, height: 844, theme: 'dark' });
        await shop().visit(`/data-hub/gates?run=${guarded}&step=write`);
        await shop().page.getByText('Zum Entscheiden ist die Berechtigung').waitFor();
        expect(await button(/freigeben|ablehnen/).count()).toBe(0);
        expect(await shop().page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await shop().expectAccessible();
    });
});
