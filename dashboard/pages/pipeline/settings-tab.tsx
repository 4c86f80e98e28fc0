import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input, Label, Switch, toast, usePermissions } from '@vendure/dashboard';
import { useId, useState } from 'react';
import { DeletePipelineButton } from '../../components/delete-pipeline-button';
import { updatePipeline } from '../../gql/pipelines';
import type { Pipeline } from './pipeline-page';
import { ReadOnlyNotice } from './read-only-notice';

export function SettingsTab({ pipeline, onDeleted }: Readonly<{ pipeline: Pipeline; onDeleted: () => void }>) {
    const { hasPermissions } = usePermissions();
    const navigate = useNavigate();
    const { isCodeFirst, disabledByCode } = pipeline;
    const leave = () => {
        onDeleted();
        void navigate({ to: '/data-hub/pipelines', ignoreBlocker: true });
    };
    return (
        <div className="max-w-2xl space-y-8 pt-4">
            <ReadOnlyNotice pipeline={pipeline} />
            <NameAndState pipeline={pipeline} />
            {hasPermissions(['DeleteDataHubPipeline']) && (!isCodeFirst || disabledByCode) && (
                <section className="space-y-2 rounded-md border border-destructive/40 p-4">
                    <h2 className="text-base font-medium">
                        <Trans>Delete</Trans>
                    </h2>
                    <p className="text-sm text-muted-foreground">
                        <Trans>Takes its revisions, its runs and their history along.</Trans>
                    </p>
                    <DeletePipelineButton pipeline={pipeline} onDeleted={leave}>
                        <Trans>Delete the pipeline</Trans>
                    </DeletePipelineButton>
                </section>
            )}
        </div>
    );
}

function NameAndState({ pipeline }: Readonly<{ pipeline: Pipeline }>) {
    const { t } = useLingui();
    const { hasPermissions } = usePermissions();
    const queryClient = useQueryClient();
    const ids = { name: useId(), enabled: useId() };
    const [name, setName] = useState(pipeline.name);
    const [enabled, setEnabled] = useState(pipeline.enabled);
    const isReadOnly = pipeline.isCodeFirst || !hasPermissions(['UpdateDataHubPipeline']);
    const isChanged = name.trim() !== pipeline.name || enabled !== pipeline.enabled;
    const save = useMutation({
        mutationFn: () => updatePipeline({ id: pipeline.id, revision: pipeline.revision, name: name.trim(), enabled }),
        onSuccess: async ({ updateDataHubPipeline: result }) => {
            if (result.__typename === 'DataHubPipeline') toast.success(t`Saved.`);
            else toast.error(result.message);
            await queryClient.invalidateQueries({ queryKey: ['data-hub-pipeline'] });
        },
        onError: error => toast.error(error.message),
    });
    return (
        <form
            className="space-y-4"
            onSubmit={event => {
                event.preventDefault();
                save.mutate();
            }}
        >
            <div className="space-y-2">
                <Label htmlFor={ids.name}>
                    <Trans>Name</Trans>
                </Label>
                <Input
                    id={ids.name}
                    value={name}
                    required
                    maxLength={255}
                    disabled={isReadOnly}
                    onChange={event => setName(event.target.value)}
                />
            </div>
            <div className="flex items-center gap-3">
                <Switch id={ids.enabled} checked={enabled} disabled={isReadOnly} onCheckedChange={setEnabled} />
                <Label htmlFor={ids.enabled}>
                    <Trans>Enabled</Trans>
                </Label>
                <span className="text-sm text-muted-foreground">
                    <Trans>A disabled pipeline cannot be run, by nobody and by nothing.</Trans>
                </span>
            </div>
            {!isReadOnly && (
                <Button type="submit" disabled={!isChanged || !name.trim() || save.isPending}>
                    <Trans>Save</Trans>
                </Button>
            )}
        </form>
    );
}
