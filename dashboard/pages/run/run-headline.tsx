import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, AlertDescription, AlertTitle, Button, buttonVariants, cn, toast } from '@vendure/dashboard';
import { CircleAlert, Copy, Mail } from 'lucide-react';
import { isUnderWay } from '../../components/run-status';
import { RunProgress } from './run-progress';
import type { Run } from './use-run';

/** While it runs how far it is; afterwards what happened, in words that can be sent to somebody. */
export function RunHeadline({ run }: Readonly<{ run: Run }>) {
    if (isUnderWay(run.status)) return <RunProgress run={run} />;
    return (
        <>
            {run.error && (
                <Alert variant="destructive">
                    <CircleAlert className="h-4 w-4" aria-hidden="true" />
                    <AlertTitle>{run.error}</AlertTitle>
                    {run.hint && <AlertDescription>{run.hint}</AlertDescription>}
                </Alert>
            )}
            <Summary run={run} />
        </>
    );
}

/** What the alert above says already is not said twice; who gets it by mail reads all. */
function Summary({ run: { id, pipelineName, summary, error, hint } }: Readonly<{ run: Run }>) {
    const { t } = useLingui();
    const address = window.location.href.split('?')[0];
    const text = `${pipelineName}: ${summary}\n${address}`;
    const subject = t`${pipelineName}, run ${id}`;
    const mail = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text)}`;
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text);
            toast.success(t`Copied`);
        } catch {
            toast.error(t`The browser does not allow copying here. Select the text instead.`);
        }
    };
    return (
        <div className="flex flex-wrap items-start gap-2">
            <p className="min-w-0 flex-1 basis-80 text-base" data-testid="run-summary">
                {withoutAlert(summary, error, hint)}
            </p>
            <div className="flex gap-2">
                <Button variant="outline" size="sm" onClick={() => void copy()}>
                    <Copy aria-hidden="true" />
                    <Trans>Copy</Trans>
                </Button>
                {/* A Button that renders a link would be a button to screen readers. */}
                <a className={cn(buttonVariants({ variant: 'outline', size: 'sm' }))} href={mail}>
                    <Mail aria-hidden="true" />
                    <Trans>Mail</Trans>
                </a>
            </div>
        </div>
    );
}

const withoutAlert = (summary: string, ...said: (string | null)[]): string =>
    said.reduce<string>((rest, sentence) => (sentence ? rest.replace(sentence, '') : rest), summary).trim();
