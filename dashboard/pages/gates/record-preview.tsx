import { Trans, useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import type { JsonObject } from '../../../shared/json';
import { ListTable } from '../../components/list/list-table';
import { CellText } from '../../components/record-grid/cell-text';
import { columnsOf } from '../../components/record-grid/columns';
import { getPath } from '../../components/record-grid/paths';

const maxFields = 12;

/** The first of the records that wait, with their first fields. */
export function RecordPreview({ records, waiting }: Readonly<{ records: readonly JsonObject[]; waiting: number }>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    if (records.length === 0) return null;
    const paths = columnsOf(records.map(record => ({ record, field: null })));
    const shown = formatNumber(records.length);
    const all = formatNumber(waiting);
    const left = formatNumber(paths.length - maxFields);
    return (
        <section className="space-y-2" aria-labelledby="data-hub-gate-records">
            <h3 id="data-hub-gate-records" className="font-medium">
                {waiting > records.length ? (
                    <Trans>
                        The first {shown} of {all} records
                    </Trans>
                ) : (
                    <Trans>Records</Trans>
                )}
            </h3>
            <ListTable<JsonObject>
                label={t`Records that wait`}
                columns={paths.slice(0, maxFields).map(path => ({
                    key: path,
                    header: <code className="text-xs">{path}</code>,
                    isNumber: records.every(record => typeof getPath(record, path) === 'number'),
                    cell: record => <CellText value={getPath(record, path)} />,
                }))}
                items={records}
                keyOf={record => String(records.indexOf(record))}
            />
            {paths.length > maxFields && (
                <p className="text-sm text-muted-foreground">
                    <Trans>{left} more fields are not shown.</Trans>
                </p>
            )}
        </section>
    );
}
