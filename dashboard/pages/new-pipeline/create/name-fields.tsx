import { Trans, useLingui } from '@lingui/react/macro';
import { Input, Label } from '@vendure/dashboard';
import { useId } from 'react';
import { codeOf } from '../draft';
import type { StepProps } from '../new-pipeline-page';

interface NameFieldsProps extends Pick<StepProps, 'draft' | 'change'> {
    isCodeTaken: boolean;
}

/** As the server checks it. */
export function codeProblem(code: string): 'empty' | 'characters' | undefined {
    if (code === '') return 'empty';
    return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(code) ? undefined : 'characters';
}

export function NameFields({ draft, change, isCodeTaken }: Readonly<NameFieldsProps>) {
    const { t } = useLingui();
    const id = useId();
    const { name, code, created } = draft;
    const rename = (value: string) =>
        change(current => ({
            ...current,
            name: value,
            // Until somebody writes a code, it follows the name.
            code: !current.created && current.code === codeOf(current.name) ? codeOf(value) : current.code,
        }));
    const isWrong = isCodeTaken || (code !== '' && codeProblem(code) !== undefined);
    return (
        <div className="grid gap-4 sm:grid-cols-2">
            <div className="space-y-1.5">
                <Label htmlFor={`${id}-name`}>
                    <Trans>Name</Trans>
                </Label>
                <Input
                    id={`${id}-name`}
                    required
                    maxLength={255}
                    value={name}
                    onChange={event => rename(event.target.value)}
                />
            </div>
            <div className="space-y-1.5">
                <Label htmlFor={`${id}-code`}>
                    <Trans>Code</Trans>
                </Label>
                <Input
                    id={`${id}-code`}
                    required
                    // A pipeline keeps the code that it was made with.
                    readOnly={created !== null}
                    value={code}
                    aria-invalid={isWrong}
                    aria-describedby={`${id}-code-note`}
                    onChange={event => change(current => ({ ...current, code: event.target.value }))}
                />
                <p
                    id={`${id}-code-note`}
                    aria-live="polite"
                    className={`text-sm ${isWrong ? 'text-destructive dark:text-red-400' : 'text-muted-foreground'}`}
                >
                    {isCodeTaken
                        ? t`Another pipeline has this code. Choose another one.`
                        : isWrong
                          ? t`Letters, digits, - and _ only, and a letter or digit first.`
                          : t`Names the pipeline in addresses, scripts and logs.`}
                </p>
            </div>
        </div>
    );
}
