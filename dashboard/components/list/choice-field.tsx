import { Select, SelectContent, SelectItem, SelectTrigger, SelectValue } from '@vendure/dashboard';

interface ChoiceFieldProps {
    label: string;
    /** Empty for all. */
    value: string;
    /** What is shown for all, such as "Every status". */
    all: string;
    options: readonly { value: string; label: string }[];
    onChange: (value: string) => void;
}

/** One of a few values to filter by, or all. */
export function ChoiceField({ label, value, all, options, onChange }: Readonly<ChoiceFieldProps>) {
    const items = [{ value: '', label: all }, ...options];
    return (
        <Select items={items} value={value} onValueChange={chosen => onChange(chosen ?? '')}>
            <SelectTrigger aria-label={label} className="w-full sm:w-auto sm:max-w-80 sm:min-w-48">
                <SelectValue />
            </SelectTrigger>
            <SelectContent>
                {items.map(item => (
                    <SelectItem key={item.value} value={item.value}>
                        {item.label}
                    </SelectItem>
                ))}
            </SelectContent>
        </Select>
    );
}
