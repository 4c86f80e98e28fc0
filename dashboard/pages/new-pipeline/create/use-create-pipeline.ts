import { useMutation } from '@tanstack/react-query';
import { api } from '@vendure/dashboard';
import type { VariablesOf } from '../../../gql/graphql';
import { createPipelineDocument } from '../../../gql/new-pipeline';
import { updatePipeline } from '../../../gql/pipelines';
import { startRunDocument } from '../../../gql/run';
import type { Draft } from '../draft';

type Created = NonNullable<Draft['created']>;

type Definition = VariablesOf<typeof createPipelineDocument>['input']['definition'];

export class CodeTaken extends Error {}

interface CreateOptions {
    draft: Draft;
    definition: Definition;
    /** Before the plan is started, so that a plan that does not start leaves no second pipeline behind. */
    onCreated: (created: Created) => void;
}

/** Stores the pipeline, or changes the one that this draft has made already, and starts a plan of it. */
export function useCreatePipeline(mayRun: boolean) {
    return useMutation({
        mutationFn: async ({ draft, definition, onCreated }: CreateOptions) => {
            const created = await (draft.created ? changed(draft, draft.created, definition) : made(draft, definition));
            onCreated(created);
            if (!mayRun) return { ...created, runId: undefined };
            const { pipelineId } = created;
            const { runDataHubPipeline } = await api.mutate(startRunDocument, { pipelineId, dryRun: true });
            if (runDataHubPipeline.__typename !== 'DataHubRun') throw new Error(runDataHubPipeline.message);
            return { ...created, runId: runDataHubPipeline.id };
        },
    });
}

async function made({ name, code }: Draft, definition: Definition): Promise<Created> {
    const variables: VariablesOf<typeof createPipelineDocument> = { input: { name, code, definition } };
    const { createDataHubPipeline: answer } = await api.mutate(createPipelineDocument, variables);
    if (answer.__typename === 'DataHubPipeline') return { pipelineId: answer.id, revision: answer.revision };
    if (answer.__typename === 'DataHubPipelineCodeTakenError') throw new CodeTaken(answer.code);
    throw new Error(sentenceOf(answer.problems));
}

async function changed({ name }: Draft, { pipelineId, revision }: Created, definition: Definition): Promise<Created> {
    const { updateDataHubPipeline: answer } = await updatePipeline({ id: pipelineId, revision, name, definition });
    if (answer.__typename === 'DataHubPipeline') return { pipelineId, revision: answer.revision };
    if (answer.__typename === 'DataHubDefinitionInvalidError') throw new Error(sentenceOf(answer.problems));
    throw new Error(answer.message);
}

const sentenceOf = (problems: readonly { message: string; hint: string | null }[]): string =>
    problems.map(({ message, hint }) => [message, hint].filter(Boolean).join(' ')).join(' ');
