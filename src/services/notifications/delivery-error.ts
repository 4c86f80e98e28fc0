import { DataHubError, TransientError } from '../../sdk/errors';

/** Unless it is told apart already, a failed delivery may succeed later. */
export function asTransient(code: string, what: string, thrown: unknown): DataHubError {
    if (thrown instanceof DataHubError) return thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return new TransientError(code, `${what}: ${why}.`, undefined, {}, { cause: thrown });
}
