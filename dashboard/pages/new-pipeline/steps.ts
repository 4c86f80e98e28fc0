import type { Draft } from './draft';

export const steps = ['file', 'preview', 'target', 'fields', 'create'] as const;
export type Step = (typeof steps)[number];

/** Steps that lie on the way of this draft: a known kind of file needs neither a target nor fields. */
export function stepsOf({ style }: Draft): Step[] {
    return steps.filter(step => style === null || (step !== 'target' && step !== 'fields'));
}

/** Whether what comes before it is decided. */
export function isReachable(step: Step, { upload, style, loader, fields }: Draft): boolean {
    if (step === 'file') return true;
    if (upload === null) return false;
    if (step === 'preview') return true;
    if (style !== null) return step === 'create';
    if (step === 'target') return true;
    if (loader === null) return false;
    return step === 'fields' || (fields[loader]?.mappings.length ?? 0) > 0;
}

/** The step that the address names, or the last one before it that can be shown. */
export function shownStep(asked: unknown, draft: Draft): Step {
    const index = steps.indexOf(asked as Step);
    const candidates = steps.slice(0, index + 1).filter(step => isReachable(step, draft));
    return candidates.at(-1) ?? 'file';
}
