import { Trans } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle } from '@vendure/dashboard';
import { TriangleAlert } from 'lucide-react';
import type { ResultOf } from '../../../gql/graphql';
import type { pipelineDraftDocument } from '../../../gql/new-pipeline';

type Problem = ResultOf<typeof pipelineDraftDocument>['dataHubPipelineDraft']['problems'][number];

export function DraftProblems({ problems }: Readonly<{ problems: readonly Problem[] }>) {
    if (problems.length === 0) return null;
    const isBroken = problems.some(({ severity }) => severity === 'ERROR');
    return (
        <Alert variant={isBroken ? 'destructive' : 'default'}>
            <TriangleAlert className="size-4" aria-hidden="true" />
            <AlertTitle>
                {isBroken ? <Trans>The pipeline cannot run like this</Trans> : <Trans>Worth a look</Trans>}
            </AlertTitle>
            <AlertDescription>
                <ul className="list-disc pl-4">
                    {problems.map(({ path, message, hint }) => (
                        <li key={`${path} ${message}`}>
                            {message} {hint} <code className="text-xs">{path}</code>
                        </li>
                    ))}
                </ul>
            </AlertDescription>
        </Alert>
    );
}
