import type { ReactNode } from 'react';

/** Opens and closes what stands beside it. */
export function LinkButton(props: Readonly<{ isOpen: boolean; onClick: () => void; children: ReactNode }>) {
    const { isOpen, onClick, children } = props;
    return (
        <button
            type="button"
            aria-expanded={isOpen}
            onClick={onClick}
            className="ml-1 inline-block rounded font-sans text-sm underline underline-offset-2"
        >
            {children}
        </button>
    );
}
