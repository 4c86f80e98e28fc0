import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import type { AnyRoute } from '@tanstack/react-router';
import { api, useLocalFormat } from '@vendure/dashboard';
import { ScrollText } from 'lucide-react';
import { ChoiceField } from '../../components/list/choice-field';
import { pageSize, Pager } from '../../components/list/pager';
import { SearchField } from '../../components/list/search-field';
import { Loaded, Nothing } from '../../components/page-states';
import type { ResultOf } from '../../gql/graphql';
import { runLogDocument } from '../../gql/run';
import { useAddressState } from '../../hooks/use-address-state';
import { useRunListOptions, type Run } from './use-run';
import { TintedBadge } from '../../components/tinted-badge';

type LogLevel = Line['level'];
type Line = ResultOf<typeof runLogDocument>['dataHubLogs']['items'][number];

/** From the least to the most important. */
const levels: Record<
    LogLevel,
    { label: MessageDescriptor; variant: 'outline' | 'secondary' | 'warning' | 'destructive' }
> = {
    DEBUG: { label: msg`Details`, variant: 'outline' },
    INFO: { label: msg`Information`, variant: 'secondary' },
    WARN: { label: msg`Warning`, variant: 'warning' },
    ERROR: { label: msg`Error`, variant: 'destructive' },
};

/** Newest first, so that the first page follows a run as it goes. */
export function RunLog({ run, route }: Readonly<{ run: Run; route: AnyRoute }>) {
    const { t } = useLingui();
    const [{ level, find, logPage }, setState] = useAddressState(route, { level: '', find: '', logPage: 1 });
    const options = {
        sort: { index: 'DESC' as const },
        filter: { ...(level && { level: { in: from(level) } }), ...(find && { message: { contains: find } }) },
        skip: (logPage - 1) * pageSize,
        take: pageSize,
    };
    const list = useRunListOptions(run);
    const query = useQuery({
        queryKey: list.keyOf('log', options),
        queryFn: () => api.query(runLogDocument, { runId: run.id, options }),
        ...list.options,
    });
    return (
        <div className="space-y-3">
            <div className="flex flex-wrap gap-2">
                <SearchField
                    label={t`Search in the log`}
                    value={find}
                    onChange={value => setState({ find: value, logPage: 1 })}
                />
                <ChoiceField
                    label={t`Level`}
                    all={t`Every level`}
                    value={level}
                    options={(['INFO', 'WARN', 'ERROR'] as const).map(value => ({
                        value,
                        label: t(minimum[value]),
                    }))}
                    onChange={value => setState({ level: value, logPage: 1 })}
                />
            </div>
            <Loaded query={query}>
                {({ dataHubLogs: { items, totalItems } }) =>
                    items.length === 0 ? (
                        <Nothing icon={ScrollText} title={<Trans>No lines</Trans>}>
                            {level || find ? (
                                <Trans>No line fits what you search for.</Trans>
                            ) : (
                                <Trans>This run has written nothing into its log, or it is not kept any more.</Trans>
                            )}
                        </Nothing>
                    ) : (
                        <>
                            <ol className="divide-y rounded-md border bg-card" aria-label={t`Log, newest first`}>
                                {items.map(line => (
                                    <LogLine key={line.id} line={line} />
                                ))}
                            </ol>
                            <Pager
                                page={logPage}
                                totalItems={totalItems}
                                onPage={value => setState({ logPage: value })}
                            />
                        </>
                    )
                }
            </Loaded>
        </div>
    );
}

const minimum: Record<'INFO' | 'WARN' | 'ERROR', MessageDescriptor> = {
    INFO: msg`Without details`,
    WARN: msg`Warnings and errors`,
    ERROR: msg`Errors only`,
};

/** This level and those above it. */
const from = (level: string): string[] => Object.keys(levels).slice(Object.keys(levels).indexOf(level));

function LogLine({ line: { createdAt, level, step, message } }: Readonly<{ line: Line }>) {
    const { t } = useLingui();
    const { formatDate } = useLocalFormat();
    const { label, variant } = levels[level];
    return (
        <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-2 text-sm">
            <time className="text-muted-foreground tabular-nums" dateTime={createdAt}>
                {formatDate(createdAt, { dateStyle: 'short', timeStyle: 'medium' })}
            </time>
            <TintedBadge variant={variant}>{t(label)}</TintedBadge>
            {step && <code className="text-xs leading-5 text-muted-foreground">{step}</code>}
            <span className="min-w-0 flex-1 basis-64 break-words whitespace-pre-wrap">{message}</span>
        </li>
    );
}
