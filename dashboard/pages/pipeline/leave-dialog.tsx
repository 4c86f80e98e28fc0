import { Trans } from '@lingui/react/macro';
import { useBlocker } from '@tanstack/react-router';
import {
    AlertDialog,
    AlertDialogAction,
    AlertDialogCancel,
    AlertDialogContent,
    AlertDialogDescription,
    AlertDialogFooter,
    AlertDialogHeader,
    AlertDialogTitle,
} from '@vendure/dashboard';

/** Asks before changes that are not saved are lost with the page. */
export function LeaveDialog({ isChanged }: Readonly<{ isChanged: boolean }>) {
    const { status, proceed, reset } = useBlocker({
        shouldBlockFn: ({ current, next }) => isChanged && current.pathname !== next.pathname,
        enableBeforeUnload: () => isChanged,
        withResolver: true,
    });
    return (
        <AlertDialog open={status === 'blocked'} onOpenChange={open => !open && reset?.()}>
            <AlertDialogContent>
                <AlertDialogHeader>
                    <AlertDialogTitle>
                        <Trans>Leave without saving?</Trans>
                    </AlertDialogTitle>
                    <AlertDialogDescription>
                        <Trans>The changes to the definition have not been saved and would be lost.</Trans>
                    </AlertDialogDescription>
                </AlertDialogHeader>
                <AlertDialogFooter>
                    <AlertDialogCancel>
                        <Trans>Stay</Trans>
                    </AlertDialogCancel>
                    <AlertDialogAction variant="destructive" onClick={() => proceed?.()}>
                        <Trans>Drop the changes</Trans>
                    </AlertDialogAction>
                </AlertDialogFooter>
            </AlertDialogContent>
        </AlertDialog>
    );
}
