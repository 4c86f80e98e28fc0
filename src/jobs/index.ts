import { RunQueue } from './run-queue';
import { RunSweeper } from './run-sweeper';

export { RUN_QUEUE, RunQueue } from './run-queue';
export { RunSweeper } from './run-sweeper';

/** Providers of everything that works in the background. */
export const dataHubJobs = [RunQueue, RunSweeper];
