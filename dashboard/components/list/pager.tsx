import { Trans, useLingui } from '@lingui/react/macro';
import { Button, useLocalFormat } from '@vendure/dashboard';
import { ChevronLeft, ChevronRight } from 'lucide-react';

export const pageSize = 25;

/** "26–50 of 1,204" with a step back and a step forward; nothing where one page holds all. */
export function Pager(props: Readonly<{ page: number; totalItems: number; onPage: (page: number) => void }>) {
    const { page, totalItems, onPage } = props;
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    if (totalItems <= pageSize && page === 1) return null;
    const first = formatNumber(Math.min((page - 1) * pageSize + 1, totalItems));
    const last = formatNumber(Math.min(page * pageSize, totalItems));
    const total = formatNumber(totalItems);
    return (
        <nav className="flex items-center justify-end gap-2 pt-2" aria-label={t`Pages`}>
            <span className="text-sm text-muted-foreground">
                <Trans>
                    {first}–{last} of {total}
                </Trans>
            </span>
            <Button
                variant="outline"
                size="icon-sm"
                aria-label={t`Previous page`}
                disabled={page <= 1}
                onClick={() => onPage(page - 1)}
            >
                <ChevronLeft />
            </Button>
            <Button
                variant="outline"
                size="icon-sm"
                aria-label={t`Next page`}
                disabled={page * pageSize >= totalItems}
                onClick={() => onPage(page + 1)}
            >
                <ChevronRight />
            </Button>
        </nav>
    );
}
