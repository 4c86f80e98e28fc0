import { Button, toast } from '@vendure/dashboard';
import { useState, type ReactNode } from 'react';

interface CommandButtonProps {
    command: () => Promise<void>;
    variant?: 'default' | 'outline';
    children: ReactNode;
}

/** A button for what needs no confirmation; says in the server's own words when it is refused. */
export function CommandButton({ command, variant = 'outline', children }: Readonly<CommandButtonProps>) {
    const [isPending, setPending] = useState(false);
    const give = async () => {
        setPending(true);
        try {
            await command();
        } catch (error) {
            toast.error(error instanceof Error ? error.message : String(error));
        } finally {
            setPending(false);
        }
    };
    return (
        <Button variant={variant} disabled={isPending} aria-busy={isPending} onClick={() => void give()}>
            {children}
        </Button>
    );
}
