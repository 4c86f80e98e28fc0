import { UserError } from '../../sdk/errors';

/** What becomes of a record with an asset that cannot be had. */
export type OnAssetFailure = 'LEAVE_OUT' | 'REJECT';

const MAX_REMEMBERED = 10_000;
const MAX_TOLD = 3;

/** The assets that could not be had in this run, by key: a batch that is tried again must not fetch them again. */
export class AssetFailures {
    private readonly failures = new Map<string, UserError>();

    constructor(private readonly policy: OnAssetFailure = 'REJECT') {}

    get leavesOut(): boolean {
        return this.policy === 'LEAVE_OUT';
    }

    of(key: string): UserError | undefined {
        return this.failures.get(key);
    }

    note(key: string, error: UserError): void {
        const [oldest] = this.failures.keys();
        if (this.failures.size >= MAX_REMEMBERED && oldest !== undefined) this.failures.delete(oldest);
        this.failures.set(key, error);
    }

    isLeftOut(key: string): boolean {
        return this.leavesOut && this.failures.has(key);
    }

    /** What the quarantine says of a record that is loaded without these. */
    leftOut(keys: readonly string[]): UserError {
        const [key, ...others] = keys as [string, ...string[]];
        const first = this.failures.get(key)!;
        const told = keys.slice(0, MAX_TOLD).map(one => `"${one}"`);
        const more = keys.length > MAX_TOLD ? ` and ${keys.length - MAX_TOLD} more` : '';
        const message =
            others.length === 0
                ? `The asset "${key}" cannot be used, so the record was loaded without it. ${first.message}`
                : `${keys.length} assets cannot be used, so the record was loaded without them: ${told.join(', ')}${more}. Of the first: ${first.message}`;
        return new UserError(first.code, message, first.hint, { field: 'assets', got: key }, { cause: first });
    }
}
