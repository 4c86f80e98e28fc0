import { PipelineGraph } from '../../components/pipeline-graph';
import { useRunNumbers } from '../../hooks/use-run-numbers';
import { useRunDefinition, type Run } from './use-run';

/** The pipeline as it runs or ran, with its numbers. Nothing for those who may not see pipelines; the table has the numbers too. */
export function RunGraph({ run }: Readonly<{ run: Run }>) {
    const definition = useRunDefinition(run.id);
    const numbers = useRunNumbers(run);
    return definition === null ? null : <PipelineGraph definition={definition} {...numbers} className="h-72" />;
}
