import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@vendure/dashboard';
import type { ReactNode } from 'react';

export interface Column<Item> {
    key: string;
    header: ReactNode;
    cell: (item: Item) => ReactNode;
    /** Numbers stand at the right. */
    isNumber?: boolean;
    /** Left out on small screens. */
    isSecondary?: boolean;
}

interface ListTableProps<Item> {
    /** What the table holds, for those who cannot see it. */
    label: string;
    columns: Column<Item>[];
    items: readonly Item[];
    keyOf: (item: Item) => string;
}

export function ListTable<Item>({ label, columns, items, keyOf }: Readonly<ListTableProps<Item>>) {
    return (
        <div className="rounded-md border bg-card">
            {/* Where it is wider than the screen, the keyboard must be able to scroll it. */}
            <Table aria-label={label} tabIndex={0}>
                <TableHeader>
                    <TableRow>
                        {columns.map(column => (
                            <TableHead key={column.key} className={look(column)}>
                                {column.header}
                            </TableHead>
                        ))}
                    </TableRow>
                </TableHeader>
                <TableBody>
                    {items.map(item => (
                        <TableRow key={keyOf(item)}>
                            {columns.map(column => (
                                <TableCell key={column.key} className={look(column)}>
                                    {column.cell(item)}
                                </TableCell>
                            ))}
                        </TableRow>
                    ))}
                </TableBody>
            </Table>
        </div>
    );
}

const look = <Item,>({ isNumber, isSecondary }: Column<Item>): string =>
    [isNumber && 'text-right tabular-nums', isSecondary && 'hidden md:table-cell'].filter(Boolean).join(' ');
