import type { RefusedRecord } from '../../components/record-error-state';

/**
 * Whether its data may be changed: it is OPEN and kept, or its source could not be read, so that it is written by hand. What
 * was too large to keep is lost.
 */
export function isEditable(
    of: Pick<RefusedRecord, 'state' | 'record' | 'recordPreview' | 'step' | 'sourceStep'>,
): boolean {
    if (of.state !== 'OPEN') return false;
    return of.record !== null || of.recordPreview !== null || of.step === of.sourceStep;
}
