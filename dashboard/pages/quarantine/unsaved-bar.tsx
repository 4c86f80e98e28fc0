import { Plural, Trans } from '@lingui/react/macro';
import { useBlocker } from '@tanstack/react-router';
import {
    Button,
    Dialog,
    DialogContent,
    DialogDescription,
    DialogFooter,
    DialogHeader,
    DialogTitle,
} from '@vendure/dashboard';
import { Loader2 } from 'lucide-react';

interface UnsavedBarProps {
    count: number;
    isSaving: boolean;
    onSave: () => void;
    onDiscard: () => void;
}

/** How much is not saved, and what to do with it. Leaving the page with it asks first. */
export function UnsavedBar({ count, isSaving, onSave, onDiscard }: Readonly<UnsavedBarProps>) {
    const { proceed, reset, status } = useBlocker({
        // Another page of the same group, or a record of it, loses nothing.
        shouldBlockFn: ({ current, next }) =>
            count > 0 && (current.pathname !== next.pathname || causeOf(current.search) !== causeOf(next.search)),
        enableBeforeUnload: () => count > 0,
        withResolver: true,
    });
    return (
        <>
            {count > 0 && (
                <div
                    role="status"
                    className="flex flex-wrap items-center gap-2 rounded-md border border-primary/40 bg-primary/5 px-3 py-2 text-sm"
                >
                    <span className="mr-auto font-medium">
                        <Plural value={count} one="# unsaved edit" other="# unsaved edits" />
                    </span>
                    <Button variant="outline" size="sm" disabled={isSaving} onClick={onDiscard}>
                        <Trans>Discard</Trans>
                    </Button>
                    <Button size="sm" disabled={isSaving} aria-busy={isSaving} onClick={onSave}>
                        {isSaving && <Loader2 className="animate-spin" aria-hidden="true" />}
                        <Plural value={count} one="Save # edit" other="Save # edits" />
                    </Button>
                </div>
            )}
            <Dialog open={status === 'blocked'} onOpenChange={() => reset?.()}>
                <DialogContent>
                    <DialogHeader>
                        <DialogTitle>
                            <Plural value={count} one="Leave # unsaved edit?" other="Leave # unsaved edits?" />
                        </DialogTitle>
                        <DialogDescription>
                            <Trans>What is not saved is lost.</Trans>
                        </DialogDescription>
                    </DialogHeader>
                    <DialogFooter>
                        <Button variant="outline" onClick={reset}>
                            <Trans>Stay here</Trans>
                        </Button>
                        <Button variant="destructive" onClick={proceed}>
                            <Trans>Leave</Trans>
                        </Button>
                    </DialogFooter>
                </DialogContent>
            </Dialog>
        </>
    );
}

const causeOf = (search: unknown): unknown => (search as { cause?: unknown }).cause;
