import { Trans } from '@lingui/react/macro';
import { Badge, useDisplayLocale, useLocalFormat, useServerConfig } from '@vendure/dashboard';
import { Folded } from './folded';
import { formatMoney } from './money';
import type { Value } from './value';

/** One side of a change. What is not a value is written in words, so that it cannot be taken for one. */
export function ShownValue({ value }: Readonly<{ value: Value }>) {
    const { formatDate, formatNumber } = useLocalFormat();
    const { bcp47Tag } = useDisplayLocale();
    const precision = useServerConfig()?.moneyStrategyPrecision ?? 2;
    switch (value.kind) {
        case 'absent':
            return <NoValue><Trans>not there</Trans></NoValue>; // prettier-ignore
        case 'null':
            return <NoValue><Trans>no value</Trans></NoValue>; // prettier-ignore
        case 'empty':
            return <EmptyValue of={value.of} />;
        case 'text':
            return <Folded text={value.text} />;
        case 'number':
            return <span className="tabular-nums">{formatNumber(value.number)}</span>;
        case 'yes-no':
            return value.isYes ? <Trans>yes</Trans> : <Trans>no</Trans>;
        case 'money':
            return (
                <span className="tabular-nums">
                    {formatMoney(value.amount, value.currencyCode, precision, bcp47Tag)}
                </span>
            );
        case 'moment':
            return (
                <time dateTime={value.at}>{formatDate(value.at, { dateStyle: 'medium', timeStyle: 'medium' })}</time>
            );
        case 'reference':
            return <Name name={value.name} />;
        case 'list':
            return <Items items={value.items} areReferences={value.areReferences} />;
        case 'structure':
            return <Folded text={value.json} isCode />;
    }
}

const NoValue = ({ children }: Readonly<{ children: React.ReactNode }>) => (
    <span className="italic text-muted-foreground">{children}</span>
);

function EmptyValue({ of }: Readonly<{ of: 'text' | 'list' | 'object' }>) {
    return (
        <NoValue>
            {of === 'text' && <Trans>empty text</Trans>}
            {of === 'list' && <Trans>empty list</Trans>}
            {of === 'object' && <Trans>empty object</Trans>}
        </NoValue>
    );
}

const longNameChars = 40;

/** The natural key of another entity. Of a long path the end tells more than the beginning. */
function Name({ name }: Readonly<{ name: string }>) {
    const shown = name.length > longNameChars ? `…${name.slice(-longNameChars)}` : name;
    return (
        <Badge variant="secondary" title={name} className="max-w-full">
            <span className="truncate">{shown}</span>
        </Badge>
    );
}

const itemsAtFirst = 12;

export function Items({ items, areReferences }: Readonly<{ items: string[]; areReferences: boolean }>) {
    if (!areReferences && items.some(item => item.length > longNameChars)) {
        return <Folded text={items.join('\n')} isCode />;
    }
    const more = items.length - itemsAtFirst;
    return (
        <span className="inline-flex max-w-full flex-wrap gap-1">
            {items.slice(0, itemsAtFirst).map((item, index) => (
                <Name key={`${index} ${item}`} name={item} />
            ))}
            {more > 0 && (
                <span className="text-muted-foreground" title={items.slice(itemsAtFirst).join(', ')}>
                    <Trans>and {more} more</Trans>
                </span>
            )}
        </span>
    );
}
