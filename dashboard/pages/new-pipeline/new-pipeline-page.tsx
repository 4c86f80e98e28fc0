import { Trans } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import {
    ActionBarItem,
    Button,
    FullWidthPageBlock,
    Page,
    PageActionBar,
    PageLayout,
    PageTitle,
    usePermissions,
} from '@vendure/dashboard';
import { Lock } from 'lucide-react';
import { Nothing } from '../../components/page-states';
import type { PageProps } from '../../routes';
import { CreateStep } from './create/create-step';
import { DefinitionDialog } from './create/definition-dialog';
import { type Draft, emptyDraft } from './draft';
import { FieldsStep } from './fields/fields-step';
import { PreviewStep } from './preview/preview-step';
import { Stepper } from './stepper';
import { isReachable, shownStep, type Step, steps } from './steps';
import { TargetStep } from './target/target-step';
import { FileStep } from './upload/file-step';
import { useDraft } from './use-draft';

/** What each step gets: the draft, a way to change it and a way to go on. */
export interface StepProps {
    draft: Draft;
    change: (change: (draft: Draft) => Draft) => void;
    go: (step: Step) => void;
}

const pages = { file: FileStep, preview: PreviewStep, target: TargetStep, fields: FieldsStep, create: CreateStep };

export default function NewPipelinePage({ route }: PageProps) {
    const { step: asked }: { step?: string } = route.useSearch();
    const navigate = useNavigate();
    const { hasPermissions } = usePermissions();
    const [draft, change] = useDraft(steps.includes(asked as Step));
    const step = shownStep(asked, draft);
    const go = (next: Step) => void navigate({ to: '.', search: next === 'file' ? {} : { step: next } });
    const startOver = () => {
        change(() => emptyDraft);
        go('file');
    };
    const StepPage = pages[step];
    return (
        <Page pageId="data-hub-new-pipeline">
            <PageTitle>
                <Trans>Create from a file</Trans>
            </PageTitle>
            <PageActionBar>
                {draft.upload && (
                    <ActionBarItem itemId="start-over">
                        <Button variant="outline" onClick={startOver}>
                            <Trans>Start over</Trans>
                        </Button>
                    </ActionBarItem>
                )}
                {isReachable('create', draft) && (
                    <ActionBarItem itemId="definition">
                        <DefinitionDialog draft={draft} />
                    </ActionBarItem>
                )}
            </PageActionBar>
            <PageLayout>
                <FullWidthPageBlock blockId="new-pipeline">
                    {hasPermissions(['UploadDataHubFile']) ? (
                        <>
                            <Stepper draft={draft} current={step} onStep={go} />
                            <StepPage draft={draft} change={change} go={go} />
                        </>
                    ) : (
                        <Nothing icon={Lock} title={<Trans>You may not upload files</Trans>}>
                            <Trans>
                                Ask whoever manages roles in this channel for the permission{' '}
                                <code>UploadDataHubFile</code>.
                            </Trans>
                        </Nothing>
                    )}
                </FullWidthPageBlock>
            </PageLayout>
        </Page>
    );
}
