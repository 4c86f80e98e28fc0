import { useNavigate, type AnyRoute } from '@tanstack/react-router';

type State = Record<string, string | number>;

/**
 * What a page shows, kept in its address: search terms, filters, the page of a list. A link to it shows the same, and "back"
 * goes back. What is as in `initial` does not stand in the address.
 */
export function useAddressState<T extends State>(route: AnyRoute, initial: T): [T, (change: Partial<T>) => void] {
    const search: Record<string, unknown> = route.useSearch();
    const navigate = useNavigate();
    const state = { ...initial };
    for (const [name, value] of Object.entries(initial))
        Object.assign(state, { [name]: sameType(search[name], value) });
    const change = (changed: Partial<T>) => {
        const next = { ...search, ...state, ...changed };
        const told = Object.entries(next).filter(([name, value]) => value !== initial[name]);
        void navigate({ to: '.', search: Object.fromEntries(told), replace: true });
    };
    return [state, change];
}

function sameType(value: unknown, initial: string | number): string | number {
    if (typeof initial === 'number') return Number.isFinite(Number(value ?? NaN)) ? Number(value) : initial;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : initial;
}
