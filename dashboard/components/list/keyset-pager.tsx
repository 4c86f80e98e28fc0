import { Trans, useLingui } from '@lingui/react/macro';
import { Button, useLocalFormat } from '@vendure/dashboard';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';

interface KeysetPagerProps {
    /** Where this page begins; empty for the first one. */
    after: string;
    nextCursor: string | null;
    shown: number;
    pageSize: number;
    /** Of all pages, where it is known. */
    total?: number;
    onAfter: (after: string) => void;
}

/** A step back and a step forward through a list in which a page is asked for by what comes before it. */
export function KeysetPager({ after, nextCursor, shown, pageSize, total, onAfter }: Readonly<KeysetPagerProps>) {
    const { t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const [before, setBefore] = useState<string[]>([]);
    if (after === '' && nextCursor === null) return null;
    // Opened by its address in the middle of the list, nobody knows how many come before: then the way back is to the start.
    const isPlaced = after === '' || before.length > 0;
    const start = after === '' ? 0 : before.length * pageSize;
    const first = formatNumber(start + 1);
    const last = formatNumber(start + shown);
    const all = total !== undefined && formatNumber(total);
    return (
        <nav className="flex items-center justify-end gap-2 pt-2" aria-label={t`Pages`}>
            {isPlaced && (
                <span className="text-sm text-muted-foreground">
                    {all ? (
                        <Trans>
                            {first}–{last} of {all}
                        </Trans>
                    ) : (
                        `${first}–${last}`
                    )}
                </span>
            )}
            <Button
                variant="outline"
                size="icon-sm"
                aria-label={isPlaced ? t`Previous page` : t`First page`}
                disabled={after === ''}
                onClick={() => {
                    onAfter(before.at(-1) ?? '');
                    setBefore(before.slice(0, -1));
                }}
            >
                <ChevronLeft />
            </Button>
            <Button
                variant="outline"
                size="icon-sm"
                aria-label={t`Next page`}
                disabled={nextCursor === null}
                onClick={() => {
                    if (nextCursor === null) return;
                    if (isPlaced) setBefore([...before, after]);
                    onAfter(nextCursor);
                }}
            >
                <ChevronRight />
            </Button>
        </nav>
    );
}
