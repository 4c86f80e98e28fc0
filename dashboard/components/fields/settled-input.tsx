import { Input, Label } from '@vendure/dashboard';
import { type ReactNode, useEffect, useId, useState } from 'react';

interface SettledInputProps {
    label: ReactNode;
    value: string;
    onChange: (value: string) => void;
    placeholder?: string;
    maxLength?: number;
}

/** Tells what was typed when somebody leaves the field or presses Enter, not with each key. */
export function SettledInput({ label, value, onChange, placeholder, maxLength }: Readonly<SettledInputProps>) {
    const id = useId();
    const [typed, setTyped] = useState(value);
    useEffect(() => setTyped(value), [value]);
    const settle = () => typed !== value && onChange(typed);
    return (
        <div className="space-y-1.5">
            <Label htmlFor={id}>{label}</Label>
            <Input
                id={id}
                className="w-48"
                value={typed}
                placeholder={placeholder}
                maxLength={maxLength}
                onChange={event => setTyped(event.target.value)}
                onBlur={settle}
                onKeyDown={event => event.key === 'Enter' && settle()}
            />
        </div>
    );
}
