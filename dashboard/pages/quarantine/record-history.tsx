import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import { CellText } from '../../components/record-grid/cell-text';
import type { CellValue } from '../../components/record-grid/cell-value';
import { When } from '../../components/when';
import type { ResultOf } from '../../gql/graphql';
import type { recordDocument } from '../../gql/quarantine';

type Audit = ResultOf<typeof recordDocument>['dataHubRecordErrorAudit'];
type Entry = Audit['items'][number];

const actions: Record<Entry['action'], MessageDescriptor> = {
    RESOLVE: msg`Resolved`,
    IGNORE: msg`Ignored`,
    REOPEN: msg`Reopened`,
    EDIT: msg`Edited`,
    REPLAY: msg`Sent again`,
};

/** Who did what with the record, when and why. */
export function RecordHistory({ audit: { items, totalItems } }: Readonly<{ audit: Audit }>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const shown = formatNumber(items.length);
    const total = formatNumber(totalItems);
    return (
        <section className="space-y-2 text-sm" aria-labelledby="data-hub-history">
            <h3 id="data-hub-history" className="font-medium">
                <Trans>History</Trans>
            </h3>
            {items.length === 0 && (
                <p className="text-muted-foreground">
                    <Trans>Nobody has done anything with this record yet.</Trans>
                </p>
            )}
            <ol className="space-y-2">
                {items.map(({ id, action, createdAt, userName, note, edits }) => (
                    <li key={id} className="border-l-2 pl-3">
                        <span className="font-medium">{t(actions[action])}</span>{' '}
                        <span className="text-muted-foreground">
                            <When at={createdAt} />, {userName ?? <Trans>by the system</Trans>}
                        </span>
                        {note && <p className="whitespace-pre-wrap">{note}</p>}
                        <ul>
                            {edits.map(edit => (
                                <li key={edit.path} className="flex flex-wrap items-baseline gap-x-2">
                                    <code className="text-xs">{edit.path}</code>
                                    <CellText value={edit.existedBefore ? (edit.before as CellValue) : undefined} />
                                    <span aria-label={t`becomes`}>→</span>
                                    <CellText value={edit.existsAfter ? (edit.after as CellValue) : undefined} />
                                </li>
                            ))}
                        </ul>
                    </li>
                ))}
            </ol>
            {totalItems > items.length && (
                <p>
                    <Trans>
                        The first {shown} of {total}.
                    </Trans>
                </p>
            )}
        </section>
    );
}
