/// <reference lib="dom" />
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine: CHROMIUM_PATH, or where the systems' packages put it. */
export async function launchChromium(): Promise<Browser> {
    const executablePath = process.env.CHROMIUM_PATH ?? places.find(path => existsSync(path));
    if (!executablePath)
        throw new Error('No Chromium found. Install it (Debian: chromium) or name it in CHROMIUM_PATH.');
    return chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
}

export interface Viewer {
    page: Page;
    context: BrowserContext;
}

export interface ViewerOptions {
    width?: number;
    height?: number;
    language?: 'en' | 'de';
    theme?: 'light' | 'dark';
}

/**
 * Somebody with a fresh profile in front of the dashboard at `origin`.
 *
 * @param complaints gets what must not happen on any page: errors of scripts and on the console, requests to other servers
 */
export async function openDashboard(
    browser: Browser,
    origin: string,
    complaints: string[],
    options: ViewerOptions = {},
): Promise<Viewer> {
    const { width = 1400, height = 900, language = 'en', theme = 'light' } = options;
    const context = await browser.newContext({ viewport: { width, height }, locale: language, colorScheme: theme });
    const settings = { displayLanguage: language, contentLanguage: 'en', theme };
    await context.addInitScript(value => {
        if (!localStorage.getItem('vendure-user-settings')) localStorage.setItem('vendure-user-settings', value);
    }, JSON.stringify(settings));
    const page = await context.newPage();
    listen(page, origin, complaints);
    return { page, context };
}

export async function logIn({ page }: Viewer, origin: string, identifier: string, password: string): Promise<void> {
    await page.goto(`${origin}/dashboard/login`);
    await page.fill('input[name=username]', identifier);
    await page.fill('input[name=password]', password);
    await page.click('button[type=submit]');
    await page.waitForSelector('input[name=username]', { state: 'detached' });
    await page.waitForSelector('main h1');
}

function listen(page: Page, origin: string, complaints: string[]): void {
    page.on('pageerror', error => complaints.push(`page error: ${error.stack ?? error.message}`));
    page.on('console', message => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
        if (message.text().includes('Uncompiled message')) complaints.push(`untranslated: ${message.text()}`);
    });
    page.on('request', request => {
        const url = request.url();
        if (!url.startsWith(origin) && !/^(data|blob|about):/.test(url))
            complaints.push(`request to the outside: ${url}`);
    });
}
