/// <reference lib="dom" />
import type { INestApplication } from '@nestjs/common';
import axeCore from 'axe-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { AdminClient } from '../../../demo/admin-client';
import { buildDashboard } from '../../../demo/dashboard-app';
import { runPipeline, type Run } from '../../../demo/runs';
import { startShop } from '../../../demo/shop';
import { credentials, type ShopOptions } from '../../../demo/vendure-config';
import { launchChromium, logIn, openDashboard, type Viewer, type ViewerOptions } from './browser';

/** A demo shop with its dashboard open in Chromium, for one suite. */
export class DashboardShop {
    private viewer!: Viewer;
    private readonly complaints: string[] = [];
    readonly admin: AdminClient;

    private constructor(
        private readonly app: INestApplication,
        private readonly browser: Browser,
        readonly origin: string,
        /** Everything the shop writes; `files` in it is where pipelines find their files. */
        readonly folder: string,
    ) {
        this.admin = new AdminClient(`${origin}/admin-api`);
    }

    static async start(options: Pick<ShopOptions, 'allowPrivateHosts'> = {}): Promise<DashboardShop> {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-shop-'));
        const app = await startShop({ port: 0, folder, dashboard: { appDir: await buildDashboard() }, ...options });
        const shop = new DashboardShop(app, await launchChromium(), await app.getUrl(), folder);
        await shop.admin.login(credentials.identifier, credentials.password);
        await shop.look();
        return shop;
    }

    get page(): Page {
        return this.viewer.page;
    }

    /** Somebody else looks, or the same person on another screen or in another language; logged in. */
    async look(options: ViewerOptions & { identifier?: string; password?: string } = {}): Promise<void> {
        await this.viewer?.context.close();
        this.viewer = await openDashboard(this.browser, this.origin, this.complaints, options);
        const { identifier = credentials.identifier, password = credentials.password } = options;
        await this.forgetSettings(identifier, password);
        await logIn(this.viewer, this.origin, identifier, password);
    }

    /** The server keeps language and theme of whoever was there before, and they would win over those of the fresh profile. */
    private async forgetSettings(identifier: string, password: string): Promise<void> {
        const own = new AdminClient(`${this.origin}/admin-api`);
        await own.login(identifier, password);
        await own.request(
            `mutation { setSettingsStoreValue(input: { key: "vendure.dashboard.userSettings", value: false }) { result error } }`,
        );
    }

    /** Opens an address such as /data-hub/runs. */
    async visit(path: string): Promise<void> {
        await this.page.goto(`${this.origin}/dashboard${path}`);
        await this.page.waitForSelector('h1');
    }

    /** Runs a pipeline to its end. */
    async run(pipelineCode: string, dryRun = false): Promise<Run> {
        return runPipeline(this.admin, pipelineCode, pipelineCode, dryRun);
    }

    /** Fails with every serious or critical finding of axe on the page as it is now. */
    async expectAccessible(): Promise<void> {
        await this.page.evaluate(axeCore.source);
        const findings = await this.page.evaluate(async () => {
            // What is still fading in has less contrast than it will have.
            const ending = document
                .getAnimations()
                .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
            await Promise.allSettled(ending.map(({ finished }) => finished));
            const { violations } = await (window as unknown as { axe: typeof axeCore }).axe.run({
                include: ['main'],
                exclude: ['header'],
            });
            return violations
                .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(node => node.html).join('\n  ')}`);
        });
        if (findings.length > 0) throw new Error(`Not accessible:\n${findings.join('\n')}`);
    }

    /** What went wrong on the pages since it was asked last. */
    takeComplaints(): string[] {
        return this.complaints.splice(0);
    }

    async stop(): Promise<void> {
        await this.browser.close();
        await this.app.close();
        rmSync(this.folder, { recursive: true, force: true });
    }
}
