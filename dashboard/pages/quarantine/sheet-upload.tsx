import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import {
    Button,
    Checkbox,
    Dialog,
    DialogContent,
    DialogDescription,
    DialogFooter,
    DialogHeader,
    DialogTitle,
    DialogTrigger,
    Input,
    Label,
    usePermissions,
} from '@vendure/dashboard';
import { Loader2, Upload } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { fetchFromServer } from '../../gql/rest';
import { useRefreshQuarantine } from './scope';
import { SheetResult, type TakenSheet } from './sheet-result';

/** Takes a corrected spreadsheet and says, row by row, what of it could not be taken. */
export function SheetUpload(props: Readonly<{ children: ReactNode; onReplayed: (runIds: string[]) => void }>) {
    const { children, onReplayed } = props;
    const { t } = useLingui();
    const [isOpen, setOpen] = useState(false);
    const [file, setFile] = useState<File>();
    const [replays, setReplays] = useState(false);
    const fileId = useId();
    const replayId = useId();
    const refresh = useRefreshQuarantine();
    const mayReplay = usePermissions().hasPermissions(['ReplayDataHubRecordError']);
    const upload = useMutation({
        mutationFn: async (sheet: File): Promise<TakenSheet> => {
            const body = new FormData();
            body.append('file', sheet);
            const answer = await fetchFromServer(`/data-hub/quarantine?replay=${replays}`, { method: 'POST', body });
            return (await answer.json()) as TakenSheet;
        },
        onSuccess: async ({ runIds }) => {
            if (runIds.length > 0) onReplayed(runIds);
            await refresh();
        },
    });
    const open = (value: boolean) => {
        if (upload.isPending) return;
        setOpen(value);
        setFile(undefined);
        upload.reset();
    };
    return (
        <Dialog open={isOpen} onOpenChange={open}>
            <DialogTrigger render={<Button variant="outline" size="sm" nativeButton />}>
                <Upload aria-hidden="true" />
                {children}
            </DialogTrigger>
            <DialogContent className="max-h-[85vh] overflow-y-auto sm:max-w-xl">
                <DialogHeader>
                    <DialogTitle>
                        <Trans>Upload corrected file</Trans>
                    </DialogTitle>
                    <DialogDescription>
                        <Trans>
                            The file that was downloaded here, as a spreadsheet saves it. Rows are found by errorId; an
                            empty cell removes the field, &lt;null&gt; is null and &lt;empty&gt; is empty text.
                        </Trans>
                    </DialogDescription>
                </DialogHeader>
                {upload.data ? (
                    <SheetResult taken={upload.data} />
                ) : (
                    <div className="space-y-3">
                        <Label htmlFor={fileId}>
                            <Trans>CSV file</Trans>
                        </Label>
                        <Input
                            id={fileId}
                            type="file"
                            accept=".csv,.txt,.tsv,text/csv"
                            onChange={event => setFile(event.target.files?.[0])}
                        />
                        {mayReplay && (
                            <div className="flex items-center gap-2">
                                <Checkbox id={replayId} checked={replays} onCheckedChange={setReplays} />
                                <Label htmlFor={replayId}>
                                    <Trans>Replay the records of the rows that are taken</Trans>
                                </Label>
                            </div>
                        )}
                        {upload.error && (
                            <p role="alert" className="text-sm text-destructive dark:text-red-400">
                                {upload.error.message}
                            </p>
                        )}
                    </div>
                )}
                <DialogFooter>
                    <Button variant="outline" disabled={upload.isPending} onClick={() => open(false)}>
                        {upload.data ? t`Close` : t`Cancel`}
                    </Button>
                    {!upload.data && (
                        <Button
                            disabled={!file || upload.isPending}
                            aria-busy={upload.isPending}
                            onClick={() => file && upload.mutate(file)}
                        >
                            {upload.isPending && <Loader2 className="animate-spin" aria-hidden="true" />}
                            <Trans>Upload</Trans>
                        </Button>
                    )}
                </DialogFooter>
            </DialogContent>
        </Dialog>
    );
}
