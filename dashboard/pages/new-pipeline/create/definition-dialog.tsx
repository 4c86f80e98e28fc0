import { Trans, useLingui } from '@lingui/react/macro';
import {
    Button,
    Dialog,
    DialogContent,
    DialogDescription,
    DialogHeader,
    DialogTitle,
    DialogTrigger,
} from '@vendure/dashboard';
import { Braces } from 'lucide-react';
import { useState } from 'react';
import { Loaded } from '../../../components/page-states';
import type { Draft } from '../draft';
import { usePipelineDraft } from './use-pipeline-draft';

/** The pipeline as it would be stored. */
export function DefinitionDialog({ draft }: Readonly<{ draft: Draft }>) {
    const { t } = useLingui();
    const [isOpen, setOpen] = useState(false);
    const query = usePipelineDraft(draft, isOpen);
    return (
        <Dialog open={isOpen} onOpenChange={setOpen}>
            <DialogTrigger render={<Button variant="outline" />}>
                <Braces aria-hidden="true" />
                <Trans>Definition</Trans>
            </DialogTrigger>
            <DialogContent className="sm:max-w-3xl">
                <DialogHeader>
                    <DialogTitle>
                        <Trans>Definition as JSON</Trans>
                    </DialogTitle>
                    <DialogDescription>
                        <Trans>
                            The pipeline as it would be stored. It can be changed in the editor once it exists.
                        </Trans>
                    </DialogDescription>
                </DialogHeader>
                <Loaded query={query}>
                    {({ definition }) => (
                        <pre
                            className="max-h-[60vh] overflow-auto rounded-md border bg-muted p-3 text-xs"
                            tabIndex={0}
                            aria-label={t`Definition as JSON`}
                        >
                            {JSON.stringify(definition, null, 2)}
                        </pre>
                    )}
                </Loaded>
            </DialogContent>
        </Dialog>
    );
}
