import { DataHubError, Defect } from '../../sdk/errors';

/** What an operator or loader threw on a record: its own error, or a Defect that says whose it is. */
export function adapterError(kind: 'operator' | 'loader' | 'exporter', code: string, thrown: unknown): DataHubError {
    if (thrown instanceof DataHubError) return thrown;
    return new Defect(
        `${kind}-failed`,
        `The ${kind} "${code}" failed unexpectedly on this record: ${textOf(thrown)}`,
        `Look at the record; if it is right, the ${kind} has a mistake and must be corrected.`,
        {},
        { cause: thrown },
    );
}

export function textOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : String(thrown);
}
