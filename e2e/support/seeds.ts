import fc from 'fast-check';

/** The same cases each time, so that a change is judged by what it changed; `npm run test:full` draws new ones. */
const seed = 1_000_003;

if (process.env['DATA_HUB_TEST_FULL'] !== 'true') fc.configureGlobal({ seed });
