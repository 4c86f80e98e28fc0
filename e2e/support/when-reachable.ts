import { describe, it } from 'vitest';

/**
 * Declares a suite that needs a server. When there is a reason why the server cannot be used, the suite is skipped with a
 * line on the console; on CI it fails instead, since a skipped suite proves nothing.
 */
export function describeWhenReachable(title: string, reason: string | undefined, suite: () => void): void {
    if (reason === undefined) {
        describe(title, suite);
    } else if (process.env.CI === 'true') {
        it(title, () => {
            throw new Error(reason);
        });
    } else {
        console.warn(`Skipped: ${title}. ${reason}`);
        describe.skip(title, suite);
    }
}
