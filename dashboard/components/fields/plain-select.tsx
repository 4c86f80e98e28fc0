import { Label, NativeSelect } from '@vendure/dashboard';
import { type ReactNode, useId } from 'react';

interface PlainSelectProps {
    label: ReactNode;
    value: string;
    onChange: (value: string) => void;
    /** `NativeSelectOption`s. */
    children: ReactNode;
    /** Read out but not shown, where a table says it already. */
    isLabelHidden?: boolean;
}

/** The browser's own list: long lists can be typed into, and every screen reader knows it. */
export function PlainSelect({ label, value, onChange, children, isLabelHidden = false }: Readonly<PlainSelectProps>) {
    const id = useId();
    return (
        <div className="min-w-0 space-y-1.5">
            <Label htmlFor={id} className={isLabelHidden ? 'sr-only' : ''}>
                {label}
            </Label>
            <NativeSelect id={id} value={value} onChange={event => onChange(event.target.value)}>
                {children}
            </NativeSelect>
        </div>
    );
}
