import { useQueryClient } from '@tanstack/react-query';

/** Whose refused records are meant. With neither: those of all pipelines. */
export interface Scope {
    pipelineId?: string;
    runId?: string;
}

/** What mutations take: some by their ids, or all of a run or a pipeline, of one cause or of all. */
export type Selection = { ids: string[] } | (Scope & { cause?: string });

export const quarantineKey = 'data-hub-quarantine';

/** To be called when something was changed: all that the quarantine shows is asked for again. */
export function useRefreshQuarantine(): () => Promise<void> {
    const client = useQueryClient();
    return () => client.invalidateQueries({ queryKey: [quarantineKey] });
}

/** A run is part of a pipeline: the narrower of the two counts. */
export const scopeOf = ({ pipeline, run }: { pipeline: string; run: string }): Scope =>
    run ? { runId: run } : pipeline ? { pipelineId: pipeline } : {};

export const isWhole = ({ pipelineId, runId }: Scope): boolean => !pipelineId && !runId;
