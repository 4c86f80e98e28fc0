/**
 * What checkpoint and ledger call the plan of the `number`-th stage behind a gate. Of a gate and not of the stage: several
 * gates may stand in front of one stage, and behind each of them another part of its records waits.
 */
export function planId(gateStep: string, number: number): string {
    return `plan:${gateStep}#${number}`;
}

export function isPlanId(stage: string): boolean {
    return stage.startsWith('plan:');
}
