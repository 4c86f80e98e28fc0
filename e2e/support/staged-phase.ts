import type { StageProgress } from '../../shared/run';
import type { RunState } from './killed-shop';

/** How far a run of the pipeline `staged` is, in this order. */
const phases = [
    'BEGINNING',
    'FILLING_SPOOL',
    'PLANNING_AT_GATE',
    'GATE_OPENED',
    'GATE_PAUSED',
    'GATE_APPROVED',
    'BEHIND_GATE',
    'BARRIER',
    'BEHIND_BARRIER',
    'PLANNING_FOR_GUARDS',
    'GUARD_OPENED',
    'GUARD_PAUSED',
    'GUARD_APPROVED',
    'BEHIND_GUARDS',
    'ENDED',
] as const;

export type StagedPhase = (typeof phases)[number];

export function isAfter(phase: StagedPhase, other: StagedPhase): boolean {
    return phases.indexOf(phase) > phases.indexOf(other);
}

/** Of what is stored: once the worker is dead, this is what it was doing. */
export function phaseOf({ status, checkpoint, gates }: RunState): StagedPhase {
    const stages: Record<string, StageProgress | undefined> = checkpoint?.stages ?? {};
    const isDone = (unit: string): boolean => stages[unit]?.complete === true;
    if (!['PENDING', 'RUNNING', 'PAUSED'].includes(status)) return 'ENDED';
    if (!checkpoint) return 'BEGINNING';
    if (!isDone('read')) return 'FILLING_SPOOL';
    if (!isDone('gate')) {
        return gatePhase(gates.gate, status, {
            none: 'PLANNING_AT_GATE',
            opened: 'GATE_OPENED',
            paused: 'GATE_PAUSED',
            approved: 'GATE_APPROVED',
        });
    }
    if (!isDone('slim')) return 'BEHIND_GATE';
    if (!isDone('order')) return 'BARRIER';
    if (!isDone('rename')) return 'BEHIND_BARRIER';
    if (!isDone('publish.guard')) {
        return gatePhase(gates.publish, status, {
            none: 'PLANNING_FOR_GUARDS',
            opened: 'GUARD_OPENED',
            paused: 'GUARD_PAUSED',
            approved: 'GUARD_APPROVED',
        });
    }
    return 'BEHIND_GUARDS';
}

function gatePhase(
    decision: string | undefined,
    status: string,
    phase: Record<'none' | 'opened' | 'paused' | 'approved', StagedPhase>,
): StagedPhase {
    if (decision === undefined) return phase.none;
    if (decision === 'APPROVED') return phase.approved;
    return status === 'RUNNING' ? phase.opened : phase.paused;
}
