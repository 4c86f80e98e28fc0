import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { ResultOf } from '../gql/graphql';
import type { pipelineListDocument } from '../gql/pipelines';
import { useServerText } from '../hooks/use-server-text';
import { type BadgeVariant, TintedBadge } from './tinted-badge';

type Pipeline = ResultOf<typeof pipelineListDocument>['dataHubPipelines']['items'][number];
export type PipelineHealth = NonNullable<Pipeline['overview']>['health'];

interface Look {
    variant: BadgeVariant;
    label: MessageDescriptor;
}

/** How each state looks and what it is called, from the worst to the best. */
export const pipelineHealths: Record<PipelineHealth, Look> = {
    FAILING: { variant: 'destructive', label: msg`Failing` },
    WARNING: { variant: 'warning', label: msg`Needs attention` },
    NEVER_RUN: { variant: 'outline', label: msg`Never run` },
    HEALTHY: { variant: 'success', label: msg`Healthy` },
    DISABLED: { variant: 'secondary', label: msg`Disabled` },
};

export function PipelineHealthBadge({ health, reason }: Readonly<{ health: PipelineHealth; reason: string }>) {
    const { t } = useLingui();
    const { text } = useServerText();
    const { variant, label } = pipelineHealths[health];
    return (
        <TintedBadge variant={variant} title={text(reason)}>
            {t(label)}
        </TintedBadge>
    );
}
