/*
 * The seed gives the catalog and the moments of the kills; a moment's last milliseconds depend on the machine all the same.
 */
export const full = process.env.DATA_HUB_TEST_FULL === 'true';
export const seed = Number(process.env.DATA_HUB_TEST_SEED ?? Date.now() % 1_000_000);
/** Of one test. */
export const timeoutMs = full ? 1_800_000 : 300_000;
