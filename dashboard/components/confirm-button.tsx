import { Trans } from '@lingui/react/macro';
import {
    AlertDialog,
    AlertDialogAction,
    AlertDialogCancel,
    AlertDialogContent,
    AlertDialogDescription,
    AlertDialogFooter,
    AlertDialogHeader,
    AlertDialogTitle,
    AlertDialogTrigger,
    Button,
} from '@vendure/dashboard';
import { Loader2 } from 'lucide-react';
import { useState, type ComponentProps, type ReactNode } from 'react';

interface ConfirmButtonProps {
    /** What stands on the button, with the number of what it will touch: "Undo 1,204 changes". */
    children: ReactNode;
    title: ReactNode;
    /** What will happen, and whether it can be taken back. */
    description: ReactNode;
    /** On the button in the dialog; as on the first one if nothing else is given. */
    confirmLabel?: ReactNode;
    /** Fields to fill in before, such as a note. */
    fields?: ReactNode;
    /** The dialog waits for what it returns, closes after it, and shows what it is rejected with. */
    onConfirm: () => unknown;
    variant?: 'default' | 'outline' | 'destructive';
    /** On the button in the dialog it shows, also where the first one is plain. */
    isDestructive?: boolean;
    size?: ComponentProps<typeof Button>['size'];
    disabled?: boolean;
}

/** Vendure's red is too dark for letters on a dark ground. */
const readableInDark = 'dark:text-red-400';

/** A button that asks first. Focus goes into the dialog, to the way out of it where there is no field, and comes back. */
export function ConfirmButton(props: Readonly<ConfirmButtonProps>) {
    const {
        children,
        title,
        description,
        confirmLabel,
        fields,
        onConfirm,
        variant = 'default',
        isDestructive = variant === 'destructive',
        size,
        disabled,
    } = props;
    const [isOpen, setOpen] = useState(false);
    const [isPending, setPending] = useState(false);
    const [problem, setProblem] = useState<string>();

    const open = (value: boolean) => {
        if (isPending) return;
        setProblem(undefined);
        setOpen(value);
    };
    const confirm = async () => {
        setPending(true);
        setProblem(undefined);
        try {
            await onConfirm();
            setOpen(false);
        } catch (error) {
            setProblem(error instanceof Error ? error.message : String(error));
        } finally {
            setPending(false);
        }
    };
    return (
        <AlertDialog open={isOpen} onOpenChange={open}>
            <AlertDialogTrigger
                render={
                    <Button
                        variant={variant}
                        size={size}
                        disabled={disabled}
                        className={variant === 'destructive' ? readableInDark : undefined}
                        nativeButton
                    />
                }
            >
                {children}
            </AlertDialogTrigger>
            <AlertDialogContent>
                <AlertDialogHeader>
                    <AlertDialogTitle>{title}</AlertDialogTitle>
                    <AlertDialogDescription>{description}</AlertDialogDescription>
                </AlertDialogHeader>
                {fields}
                {problem && (
                    <p role="alert" className="text-sm text-destructive dark:text-red-400">
                        {problem}
                    </p>
                )}
                <AlertDialogFooter>
                    <AlertDialogCancel disabled={isPending}>
                        <Trans>Cancel</Trans>
                    </AlertDialogCancel>
                    <AlertDialogAction
                        variant={isDestructive ? 'destructive' : 'default'}
                        className={isDestructive ? readableInDark : undefined}
                        aria-busy={isPending}
                        disabled={isPending}
                        onClick={() => void confirm()}
                    >
                        {isPending && <Loader2 className="animate-spin" aria-hidden="true" />}
                        {confirmLabel ?? children}
                    </AlertDialogAction>
                </AlertDialogFooter>
            </AlertDialogContent>
        </AlertDialog>
    );
}
