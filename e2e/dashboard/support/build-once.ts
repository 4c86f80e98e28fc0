import { buildDashboard } from '../../../demo/dashboard-app';

/** Before the first suite, so that no test waits for it. */
export default async function buildOnce(): Promise<void> {
    await buildDashboard();
}
