/// <reference lib="dom" />
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewerOptions } from '../support/browser';
import { DashboardShop } from '../support/dashboard-shop';
import { emptyScenes, scenes } from './scenes';
import { tellAll } from './story';

const repository = join(__dirname, '..', '..', '..');
/** Those that the documentation shows; all of them, to be looked at, stand in the other folder. */
const shownFolder = join(repository, 'docs', 'screenshots');
const allFolder = join(repository, '.dashboard', 'screenshots');

const wide = { width: 1400, height: 900 };
const narrow = { width: 390, height: 844 };

/** Each scene is pictured in each look; the documentation shows the first. */
const looks: Record<string, ViewerOptions> = {
    'wide-light': { ...wide, theme: 'light' },
    'wide-dark': { ...wide, theme: 'dark' },
    'narrow-light': { ...narrow, theme: 'light' },
    'narrow-dark': { ...narrow, theme: 'dark' },
    'narrow-german': { ...narrow, theme: 'light', language: 'de' },
    'wide-german': { ...wide, theme: 'light', language: 'de' },
};

/** `npm run screenshots -- plan dark`: only pictures whose names hold all of these. */
const wantedParts = process.argv.slice(2);
const isWanted = (picture: string): boolean => wantedParts.every(part => picture.includes(part));

async function main(): Promise<void> {
    if (wantedParts.length === 0)
        for (const folder of [shownFolder, allFolder]) rmSync(folder, { recursive: true, force: true });
    for (const folder of [shownFolder, allFolder]) mkdirSync(folder, { recursive: true });
    const shop = await DashboardShop.start();
    await picture(shop, emptyScenes);
    await picture(shop, scenes(shop, await tellAll(shop)));
    await shop.stop();
}

async function picture(shop: DashboardShop, all: readonly ReturnType<typeof scenes>[number][]): Promise<void> {
    for (const [look, options] of Object.entries(looks)) {
        const wanted = all.filter(({ name }) => isWanted(`${name}-${look}`));
        if (wanted.length === 0) continue;
        await shop.look(options);
        for (const { name, path, isShown, then } of wanted) {
            await shop.visit(path);
            const { page } = shop;
            try {
                await settled(page);
                await then?.(page);
                await settled(page);
            } catch (error) {
                console.error(`${name}, ${look}: ${String(error)}`);
                process.exitCode = 1;
            }
            await page.screenshot({ path: join(allFolder, `${name}-${look}.png`) });
            if (isShown && look === 'wide-light') await page.screenshot({ path: join(shownFolder, `${name}.png`) });
        }
        for (const complaint of shop.takeComplaints()) console.error(`${look}: ${complaint}`);
    }
}

/** Nothing is being loaded, and charts and graphs have drawn themselves in. */
async function settled(page: DashboardShop['page']): Promise<void> {
    await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined);
    // What is further down is loaded when it is looked at.
    await page.waitForFunction(
        () =>
            Array.from(document.querySelectorAll('main [aria-busy=true]')).every(
                element => element.getBoundingClientRect().top > window.innerHeight,
            ),
        undefined,
        { timeout: 10_000 },
    );
    await page.waitForTimeout(400);
}

main().then(
    () => process.exit(),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
