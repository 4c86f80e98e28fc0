import { Trans, useLingui } from '@lingui/react/macro';
import { type Column, ListTable } from '../../../components/list/list-table';
import { shownValue, valueAt } from '../record-values';
import type { ColumnProfile, FilePreview } from '../use-file-preview';

interface RowTableProps {
    columns: readonly ColumnProfile[];
    rows: FilePreview['rows'];
}

/** The first records as they are, in a box of their own. */
export function RowTable({ columns, rows }: Readonly<RowTableProps>) {
    const { t } = useLingui();
    const items = rows.map((record, index) => ({ record, index }));
    const table: Column<(typeof items)[number]>[] = columns.map(({ name }) => ({
        key: name,
        header: name,
        cell: ({ record }) => (
            <span className="line-clamp-2 min-w-24 max-w-64 break-words whitespace-normal">
                {shownValue(valueAt(record, name))}
            </span>
        ),
    }));
    return (
        <section className="space-y-2">
            <h2 className="font-medium">
                <Trans>The first records</Trans>
            </h2>
            <ListTable
                label={t`The first records`}
                columns={table}
                items={items}
                keyOf={({ index }) => String(index)}
            />
        </section>
    );
}
