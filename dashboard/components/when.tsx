import { useLocalFormat } from '@vendure/dashboard';

/** How long ago; on hover the date and time. */
export function When({ at }: Readonly<{ at: string | null | undefined }>) {
    const { formatRelativeDate, formatDate } = useLocalFormat();
    if (!at) return <span className="text-muted-foreground">–</span>;
    return (
        <time dateTime={at} title={formatDate(at, { dateStyle: 'full', timeStyle: 'medium' })}>
            {formatRelativeDate(at, { numeric: 'auto' })}
        </time>
    );
}
