/// <reference lib="dom" />
import { expect, it } from 'vitest';
import { describeDashboard } from './support/describe-dashboard';
import { createPipeline, createViewer, pricesDefinition, saveDefinition } from './support/pipelines';

describeDashboard('page of a pipeline', shop => {
    let id: string;
    const page = () => shop().page;
    const editor = () => page().getByRole('textbox', { name: 'Definition of the pipeline as JSON' });
    const step = (name: RegExp) => page().getByTestId('pipeline-graph').getByRole('button', { name });
    const open = async (tab: string) => {
        await shop().visit(`/data-hub/pipelines/${id}?tab=${tab}`);
    };
    const stored = async () => {
        const { dataHubPipeline } = await shop().admin.request<{ dataHubPipeline: { definition: unknown } }>(
            `query ($id: ID!) { dataHubPipeline(id: $id) { definition } }`,
            { id },
        );
        return JSON.stringify(dataHubPipeline.definition, null, 2);
    };
    /** Replaces a piece of the text where the cursor finds it. */
    const edit = async (from: string, to: string) => {
        await editor().click();
        const text = await stored();
        const whole = text.replace(from, to);
        expect(whole).not.toBe(text);
        await page().keyboard.press('Control+a');
        await page().evaluate(value => navigator.clipboard.writeText(value), whole);
        await page().keyboard.press('Control+v');
    };

    it('draws the pipeline with what its last run did', async () => {
        id = await createPipeline(shop().admin, {
            code: 'prices',
            name: 'Prices of the supplier',
            definition: pricesDefinition,
        });
        await open('overview');
        await step(/^Price list Extract · inMemory$/).waitFor();
        await page().getByText('It has not run yet.').waitFor();

        await page().getByRole('button', { name: 'Run', exact: true }).click();
        await step(/^write Load · product 2 read 2 changed 0 unchanged/).waitFor();
        await step(/^Price list .*2 read/).waitFor();
        const edges = await page().getByTestId('pipeline-graph').locator('.react-flow__edge-text').allTextContents();
        expect(edges.sort()).toEqual(['1', '1', '2', 'new · 1']);
        await page().getByRole('table', { name: 'Last runs' }).getByText('Completed').waitFor();
        await shop().expectAccessible();
    });

    it('leads from a step in the graph to its text, with the keyboard alone', async () => {
        await open('overview');
        await step(/^shape/).focus();
        await page().keyboard.press('Enter');
        await page().waitForURL('**tab=definition**step=shape**');
        await editor().waitFor();
        await expect.poll(() => page().evaluate(() => getSelection()?.toString())).toBe('"shape"');
        // Escape, then Tab leaves the editor.
        await page().keyboard.press('Escape');
        await page().keyboard.press('Tab');
        expect(await editor().evaluate(element => element.contains(document.activeElement))).toBe(false);
        await shop().expectAccessible();
    });

    it('says what is wrong while one types, where, and what to do; then saves with a note', async () => {
        await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await open('definition');
        await edit('"product"', '"produkt"');
        const problem = page().getByRole('region', { name: 'Problems of the definition' }).getByRole('button');
        await problem.first().waitFor();
        expect(await problem.first().textContent()).toMatch(/produkt.*Line \d+.*\$\.steps\[3\]\.config\.adapterCode/s);
        await step(/^write.*has errors/).waitFor();
        const save = page().getByRole('button', { name: 'Save as a new revision' });
        expect(await save.isDisabled()).toBe(true);
        await problem.first().click();
        await expect.poll(() => page().evaluate(() => getSelection()?.toString())).toBe('"produkt"');

        // At the place of the mistake the schema knows what may stand there.
        await page().keyboard.type('"prod');
        await page().keyboard.press('Control+Space');
        await page()
            .getByRole('option', { name: /^product$/ })
            .click();
        await problem.first().waitFor({ state: 'detached' });
        await page().getByText('Nothing has been changed.').waitFor();

        await edit('"Price list"', '"Price list of 2027"');
        await page().getByRole('textbox', { name: 'Why it was changed' }).fill('New year');
        await save.click();
        await page().getByText('Saved as revision 2.').waitFor();
        await step(/^Price list of 2027/).waitFor();
    });

    it('overwrites nothing that somebody else has saved meanwhile', async () => {
        await page().context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await open('definition');
        await edit('"Price list of 2027"', '"Mine"');
        await page().getByText('Not saved yet.').waitFor();
        const theirs = structuredClone(pricesDefinition);
        theirs.steps[0]!.name = 'Theirs';
        await saveDefinition(shop().admin, id, 2, theirs);
        await page().getByRole('button', { name: 'Save as a new revision' }).click();

        const notice = page().getByRole('alert').filter({ hasText: 'Somebody else changed it meanwhile' });
        await notice.getByText('You began with revision 2; now there is revision 3.').waitFor();
        expect(await editor().textContent()).toContain('Mine');
        await shop().expectAccessible();
        await notice.getByRole('button', { name: 'Save mine instead' }).click();
        await page().getByRole('alertdialog').getByRole('button', { name: 'Save mine instead' }).click();
        await page().getByText('Saved as revision 4.').waitFor();
        await step(/^Mine/).waitFor();
    });

    it('compares any two revisions and brings one back', async () => {
        await open('revisions');
        const rows = page().getByRole('table', { name: 'Revisions' }).locator('tbody tr');
        await rows.first().waitFor();
        expect(await rows.count()).toBe(4);
        expect(await rows.nth(2).textContent()).toMatch(/superadmin.*New year/);
        await rows.nth(2).getByRole('button', { name: 'What changed in revision 2' }).click();
        const diff = page().getByTestId('revision-diff');
        await diff.getByText('Price list of 2027').waitFor();
        expect(await diff.locator('.cm-changedLine').count()).toBe(2);
        await shop().expectAccessible();

        await rows.nth(3).getByRole('button', { name: 'Restore revision 1' }).click();
        await page().getByRole('alertdialog').getByRole('button', { name: 'Restore revision 1' }).click();
        await page().getByText('Revision 1 is back, as revision 5.').waitFor();
        await expect.poll(() => rows.count()).toBe(5);
    });

    it('is renamed, listed with its runs, and deleted', async () => {
        await open('runs');
        await page().getByRole('table', { name: 'Runs of this pipeline' }).getByText('Completed').waitFor();
        await open('settings');
        await page().getByLabel('Name').fill('Prices');
        await page().getByRole('button', { name: 'Save', exact: true }).click();
        await page().getByRole('heading', { level: 1, name: 'Prices' }).waitFor();
        await shop().expectAccessible();
        await page().getByRole('button', { name: 'Delete the pipeline' }).click();
        const dialog = page().getByRole('alertdialog');
        await dialog.getByText('Deletes 5 revisions and 1 run with').waitFor();
        await dialog.getByRole('button', { name: 'Delete the pipeline' }).click();
        await page().waitForURL('**/data-hub/pipelines');
        await open('overview');
        await page().getByText('There is no such pipeline').waitFor();
    });

    it('can be looked at without the permission to change it, in German, on a phone, in the dark', async () => {
        id = await createPipeline(shop().admin, { code: 'prices', name: 'Preise', definition: pricesDefinition });
        await createViewer(shop().admin, 'viewer@example.com', ['ReadDataHubPipeline']);
        const viewer = { identifier: 'viewer@example.com', password: 'viewer' };
        await shop().look({ ...viewer, width: 390, height: 844, language: 'de', theme: 'dark' });
        await open('definition');
        await page().getByText('Nur zum Ansehen').waitFor();
        const text = page().getByRole('textbox', { name: 'Definition der Pipeline als JSON' });
        await text.click();
        await page().keyboard.type('x');
        expect(await text.getAttribute('aria-readonly')).toBe('true');
        expect(await page().getByRole('button', { name: 'Als neue Fassung speichern' }).count()).toBe(0);
        expect(await page().evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
        await shop().expectAccessible();
    });
});
