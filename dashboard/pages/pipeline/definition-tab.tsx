import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, Skeleton, usePermissions } from '@vendure/dashboard';
import { lazy, Suspense, useEffect, useId, useMemo, useState } from 'react';
import { PipelineGraph } from '../../components/pipeline-graph';
import { parsePath, type Path } from '../../editor/json-tree';
import type { Schema } from '../../editor/schemas-at';
import { problemsBySteps } from '../../editor/text-problem';
import { asDefinition } from '../../graph/definition';
import { pipelineJsonSchemaDocument } from '../../gql/pipelines';
import { ConflictNotice } from './conflict-notice';
import type { Pipeline } from './pipeline-page';
import { ProblemList } from './problem-list';
import { ReadOnlyNotice } from './read-only-notice';
import { SaveBar } from './save-bar';
import type { Draft } from './use-draft';
import { useSave } from './use-save';
import { useValidation } from './use-validation';

const DefinitionEditor = lazy(() => import('../../editor/definition-editor'));

interface DefinitionTabProps {
    pipeline: Pipeline;
    draft: Draft;
    /** The step to show, from the address. */
    step: string;
    onStep: (key: string) => void;
    onCompare: (from: number, to: number) => void;
}

export function DefinitionTab({ pipeline, draft, step, onStep, onCompare }: Readonly<DefinitionTabProps>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const help = useId();
    const isReadOnly = pipeline.isCodeFirst || !hasPermissions(['UpdateDataHubPipeline']);
    const { problems, definition, isCurrent } = useValidation(draft.text);
    const save = useSave(pipeline, draft);
    const { data } = useQuery({
        queryKey: ['data-hub-pipeline-json-schema'],
        queryFn: () => api.query(pipelineJsonSchemaDocument),
        staleTime: Infinity,
    });
    const steps = asDefinition(definition)?.steps ?? [];
    const bySteps = useMemo(() => problemsBySteps(steps, problems), [definition, problems]);
    const [place, setPlace] = useState<{ path: Path }>();
    const reveal = (key: string) => {
        const index = steps.findIndex(each => each.key === key);
        if (index >= 0) setPlace({ path: ['steps', index, 'key'] });
    };
    useEffect(() => reveal(step), [step]);
    const select = (key: string) => (key === step ? reveal(key) : onStep(key));
    return (
        <div className="space-y-4 pt-4">
            <ReadOnlyNotice pipeline={pipeline} />
            {draft.isChanged && draft.base !== pipeline.revision && (
                <ConflictNotice pipeline={pipeline} draft={draft} save={save} onCompare={onCompare} />
            )}
            <PipelineGraph
                className="h-64"
                definition={definition}
                problems={bySteps}
                selectedStep={step}
                onSelectStep={select}
            />
            <div className="space-y-1">
                <div className="overflow-hidden rounded-md border">
                    <Suspense fallback={<Skeleton className="h-96 w-full" />}>
                        <DefinitionEditor
                            label={t`Definition of the pipeline as JSON`}
                            describedBy={help}
                            text={draft.text}
                            onChange={draft.change}
                            isReadOnly={isReadOnly}
                            schema={data?.dataHubPipelineJsonSchema as Schema | undefined}
                            problems={problems}
                            place={place}
                        />
                    </Suspense>
                </div>
                <p id={help} className="text-xs text-muted-foreground">
                    {isReadOnly ? (
                        <Trans>To leave the text with the keyboard, press Escape, then Tab.</Trans>
                    ) : (
                        <Trans>
                            Ctrl+Space shows what may stand here. Tab indents: to leave the text with the keyboard,
                            press Escape, then Tab.
                        </Trans>
                    )}
                </p>
            </div>
            <ProblemList problems={problems} onOpen={({ path }) => setPlace({ path: parsePath(path) })} />
            {!isReadOnly && <SaveBar draft={draft} problems={problems} isChecked={isCurrent} save={save} />}
        </div>
    );
}
