import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Badge, useLocalFormat } from '@vendure/dashboard';
import { type Column, ListTable } from '../../../components/list/list-table';
import type { ColumnProfile } from '../use-file-preview';

const columnTypes: Record<ColumnProfile['type'], MessageDescriptor> = {
    EMPTY: msg`Empty`,
    TEXT: msg`Text`,
    INTEGER: msg`Whole number`,
    DECIMAL: msg`Decimal number`,
    BOOLEAN: msg`Yes or no`,
    DATE: msg`Date`,
    LIST: msg`List`,
    OBJECT: msg`Object`,
};

const hints: Record<ColumnProfile['looksLike'][number], MessageDescriptor> = {
    SKU: msg`Article number`,
    SLUG: msg`Slug`,
    PRICE: msg`Price`,
    URL: msg`Web address`,
    IMAGE: msg`Image`,
    EMAIL: msg`E-mail`,
    EAN: msg`EAN`,
    HTML: msg`HTML`,
    LANGUAGE: msg`Language`,
    COUNTRY: msg`Country`,
    CURRENCY: msg`Currency`,
    UNIQUE: msg`Unique`,
    LIST: msg`Several values`,
    LEADING_ZEROS: msg`Leading zeros`,
};

/** What a sample says about each column. */
export function ColumnTable({ columns }: Readonly<{ columns: readonly ColumnProfile[] }>) {
    const { t } = useLingui();
    const table: Column<ColumnProfile>[] = [
        {
            key: 'name',
            header: <Trans>Column</Trans>,
            cell: ({ name }) => <span className="font-medium break-all whitespace-normal">{name}</span>,
        },
        { key: 'type', header: <Trans>Values</Trans>, cell: column => <Kind column={column} /> },
        { key: 'filled', header: <Trans>Filled</Trans>, isNumber: true, cell: column => <Filled column={column} /> },
        {
            key: 'distinct',
            header: <Trans>Different</Trans>,
            isNumber: true,
            isSecondary: true,
            cell: column => <Distinct column={column} />,
        },
        {
            key: 'examples',
            header: <Trans>Examples</Trans>,
            isSecondary: true,
            cell: ({ examples }) => (
                <span className="line-clamp-2 max-w-md text-muted-foreground break-words whitespace-normal">
                    {examples.join(' · ')}
                </span>
            ),
        },
    ];
    return <ListTable label={t`Columns`} columns={table} items={columns} keyOf={({ name }) => name} />;
}

function Kind({ column: { type, looksLike } }: Readonly<{ column: ColumnProfile }>) {
    const { t } = useLingui();
    return (
        <span className="flex flex-wrap items-center gap-1">
            {t(columnTypes[type])}
            {looksLike.map(hint => (
                <Badge key={hint} variant="secondary">
                    {t(hints[hint])}
                </Badge>
            ))}
        </span>
    );
}

function Filled({ column: { filledShare } }: Readonly<{ column: ColumnProfile }>) {
    const { formatNumber } = useLocalFormat();
    // Never "100 %" where one is missing, never "0 %" where one is there.
    const percent = filledShare > 0.5 ? Math.floor(filledShare * 100) : Math.ceil(filledShare * 100);
    return <>{formatNumber(percent)} %</>;
}

function Distinct({ column: { distinct, distinctIsExact } }: Readonly<{ column: ColumnProfile }>) {
    const { formatNumber } = useLocalFormat();
    return (
        <>
            {distinctIsExact ? '' : '> '}
            {formatNumber(distinct)}
        </>
    );
}
