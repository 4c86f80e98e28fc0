import { Input } from '@vendure/dashboard';
import { useEffect, useState } from 'react';

const quietMs = 300;

/** Tells what was typed once somebody has stopped typing. */
export function SearchField(props: Readonly<{ label: string; value: string; onChange: (value: string) => void }>) {
    const { label, value, onChange } = props;
    const [typed, setTyped] = useState(value);
    useEffect(() => setTyped(value), [value]);
    useEffect(() => {
        if (typed === value) return undefined;
        const timer = setTimeout(() => onChange(typed.trim()), quietMs);
        return () => clearTimeout(timer);
    }, [typed]);
    return (
        <Input
            type="search"
            className="w-full sm:w-64"
            aria-label={label}
            placeholder={label}
            value={typed}
            onChange={event => setTyped(event.target.value)}
        />
    );
}
