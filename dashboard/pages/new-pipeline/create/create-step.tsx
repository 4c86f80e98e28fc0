import { Trans } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { Alert, AlertDescription, AlertTitle, Button, usePermissions } from '@vendure/dashboard';
import { CircleAlert, LoaderCircle } from 'lucide-react';
import { Failed, Loading } from '../../../components/page-states';
import type { StepProps } from '../new-pipeline-page';
import { StepButtons } from '../step-buttons';
import { stepsOf } from '../steps';
import { DraftProblems } from './draft-problems';
import { DraftSummary } from './draft-summary';
import { codeProblem, NameFields } from './name-fields';
import { CodeTaken, useCreatePipeline } from './use-create-pipeline';
import { usePipelineDraft } from './use-pipeline-draft';

export function CreateStep({ draft, change, go }: StepProps) {
    const navigate = useNavigate();
    const { hasPermissions } = usePermissions();
    const mayRun = hasPermissions(['RunDataHubPipeline']);
    const made = usePipelineDraft(draft);
    const create = useCreatePipeline(mayRun);
    const isCodeTaken = create.error instanceof CodeTaken && create.error.message === draft.code;
    const problems = made.data?.problems ?? [];
    const isComplete = draft.name.trim() !== '' && codeProblem(draft.code) === undefined;
    const isBroken = problems.some(({ severity }) => severity === 'ERROR');
    const start = async () => {
        const { pipelineId, runId } = await create.mutateAsync({
            draft,
            definition: made.data?.definition,
            onCreated: created => change(current => ({ ...current, created })),
        });
        if (runId === undefined) await navigate({ to: '/data-hub/pipelines/$id', params: { id: pipelineId } });
        else await navigate({ to: '/data-hub/runs/$id', params: { id: runId } });
    };
    const back = stepsOf(draft).at(-2)!;
    return (
        <form
            className="space-y-6"
            onSubmit={event => {
                event.preventDefault();
                // What goes wrong stands in create.error.
                start().catch(() => undefined);
            }}
        >
            <NameFields draft={draft} change={change} isCodeTaken={isCodeTaken} />
            <DraftSummary draft={draft} />
            {made.error && <Failed error={made.error} retry={() => void made.refetch()} />}
            {made.isPending && !made.error && <Loading rows={2} />}
            <DraftProblems problems={problems} />
            {create.error && !(create.error instanceof CodeTaken) && (
                <Alert variant="destructive">
                    <CircleAlert className="size-4" aria-hidden="true" />
                    <AlertTitle>
                        <Trans>That did not work</Trans>
                    </AlertTitle>
                    <AlertDescription>{create.error.message}</AlertDescription>
                </Alert>
            )}
            <StepButtons
                onBack={() => go(back)}
                next={
                    <Button
                        type="submit"
                        disabled={!made.data || isBroken || !isComplete || isCodeTaken || create.isPending}
                    >
                        {create.isPending && <LoaderCircle className="animate-spin" aria-hidden="true" />}
                        {mayRun ? <Trans>Create and plan</Trans> : <Trans>Create</Trans>}
                    </Button>
                }
            />
        </form>
    );
}
