import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useDisplayLocale } from '@vendure/dashboard';
import { ArrowRight, Minus, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { describeChange, type FieldChange } from './describe-change';
import type { ListDiff } from './list-diff';
import { Items, ShownValue } from './shown-value';
import { Words } from './words';
import type { Value } from './value';

interface FieldDiffProps {
    change: FieldChange;
    /** Of the entity as a whole, for sums of an order; see currencyOf. */
    currencyCode?: string;
}

/** A field before and after, as its kind is read best. */
export function FieldDiff({ change, currencyCode }: Readonly<FieldDiffProps>) {
    const { shown } = useMemo(() => describeChange(change, currencyCode), [change, currencyCode]);
    switch (shown.kind) {
        case 'words':
            return <Words diff={shown.diff} />;
        case 'list':
            return <ListChange diff={shown.diff} areReferences={shown.areReferences} />;
        case 'same':
            return <ShownValue value={shown.value} />;
        case 'values':
            return <BeforeAfter {...shown} />;
    }
}

/** What comes into being is shown alone: that there was nothing before goes without saying. */
function BeforeAfter({ before, after, share }: Readonly<{ before: Value; after: Value; share?: number }>) {
    const { t } = useLingui();
    const { bcp47Tag } = useDisplayLocale();
    if (before.kind === 'absent') return <ShownValue value={after} />;
    const percent = new Intl.NumberFormat(bcp47Tag, {
        style: 'percent',
        maximumFractionDigits: 1,
        signDisplay: 'exceptZero',
    });
    return (
        <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 gap-y-1">
            <del className="min-w-0 text-muted-foreground">
                <ShownValue value={before} />
            </del>
            <ArrowRight className="size-3.5 shrink-0 text-muted-foreground" role="img" aria-label={t`becomes`} />
            <ins className="min-w-0 font-medium no-underline">
                <ShownValue value={after} />
            </ins>
            {share !== undefined && <span className="text-muted-foreground">{percent.format(share)}</span>}
        </span>
    );
}

function ListChange({ diff, areReferences }: Readonly<{ diff: ListDiff; areReferences: boolean }>) {
    const { t } = useLingui();
    const { added, removed, kept, isReordered } = diff;
    const keptCount = kept.length;
    return (
        <span className="flex flex-col gap-1">
            {removed.length > 0 && (
                <del className="flex gap-1.5 no-underline">
                    <Minus
                        className="mt-1 size-3.5 shrink-0 text-destructive dark:text-red-400"
                        role="img"
                        aria-label={t`removed`}
                    />
                    <Items items={removed} areReferences={areReferences} />
                </del>
            )}
            {added.length > 0 && (
                <ins className="flex gap-1.5 no-underline">
                    <Plus
                        className="mt-1 size-3.5 shrink-0 text-green-700 dark:text-green-400"
                        role="img"
                        aria-label={t`added`}
                    />
                    <Items items={added} areReferences={areReferences} />
                </ins>
            )}
            {isReordered && (
                <span className="flex flex-wrap gap-1.5 text-muted-foreground">
                    <Trans>New order:</Trans> <Items items={kept} areReferences={areReferences} />
                </span>
            )}
            {!isReordered && keptCount > 0 && (
                <span className="text-muted-foreground">
                    <Plural value={keptCount} one="# stays as it is" other="# stay as they are" />
                </span>
            )}
        </span>
    );
}
