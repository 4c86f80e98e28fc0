import { Trans } from '@lingui/react/macro';
import { Label, Textarea } from '@vendure/dashboard';
import { useId } from 'react';

const maxLength = 1_000;

/** Why something is decided; kept with who did it and when. */
export function NoteField({ value, onChange }: Readonly<{ value: string; onChange: (value: string) => void }>) {
    const id = useId();
    return (
        <div className="space-y-1.5">
            <Label htmlFor={id}>
                <Trans>Note (kept in the history)</Trans>
            </Label>
            <Textarea
                id={id}
                rows={2}
                maxLength={maxLength}
                value={value}
                onChange={event => onChange(event.target.value)}
            />
        </div>
    );
}
