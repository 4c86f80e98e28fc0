import type { PipelineRun } from '../../entities';
import { UserError } from '../../sdk/errors';

/** So many runs may follow from one another before it is taken for a circle. */
const MAX_CHAIN = 10;

const BY_HOOK = /^hook of run .+ \((\d+) in a row\)$/;

/** What a run says that a hook of `run` asked for. It carries the length of the chain. */
export function triggeredByHook({ id, triggeredBy }: Pick<PipelineRun, 'id' | 'triggeredBy'>): string {
    return `hook of run ${id} (${chainOf(triggeredBy) + 1} in a row)`;
}

/** Runs that hooks have asked for one after the other, up to the one that says this. */
function chainOf(triggeredBy: string): number {
    return Number(BY_HOOK.exec(triggeredBy)?.[1] ?? 0);
}

export function checkChain(triggeredBy: string, pipelineCode: string): void {
    if (chainOf(triggeredBy) <= MAX_CHAIN) return;
    throw new UserError(
        'hook-chain-too-long',
        `The pipeline "${pipelineCode}" was not asked for: hooks have started ${MAX_CHAIN} runs in a row, each from the one before.`,
        'Look for pipelines whose hooks start each other, and start one of them in another way.',
    );
}
