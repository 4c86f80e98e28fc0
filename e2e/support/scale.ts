/** `npm run test:full`: every database, every combination, many rounds. Otherwise a sample. */
export const isFull = process.env.DATA_HUB_TEST_FULL === 'true';

/**
 * What seeded suites draw their cases from. The sample is the same each time, so that a change is judged by what it changed.
 * Of kills it gives the moments; their last milliseconds depend on the machine all the same.
 */
export const seed = Number(process.env.DATA_HUB_TEST_SEED ?? (isFull ? Date.now() % 1_000_000 : 831_857));

/** Of one test that kills processes. */
export const killTimeoutMs = isFull ? 1_800_000 : 300_000;
