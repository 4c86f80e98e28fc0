import { Trans } from '@lingui/react/macro';
import type { UseQueryResult } from '@tanstack/react-query';
import {
    Alert,
    AlertDescription,
    AlertTitle,
    Button,
    Empty,
    EmptyContent,
    EmptyDescription,
    EmptyHeader,
    EmptyMedia,
    EmptyTitle,
    Skeleton,
} from '@vendure/dashboard';
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** While there is nothing to show yet. */
export function Loading({ rows = 4 }: Readonly<{ rows?: number }>) {
    return (
        <div className="space-y-3 py-2" role="status" aria-busy="true">
            <span className="sr-only">
                <Trans>Loading …</Trans>
            </span>
            {Array.from({ length: rows }, (_, index) => (
                <Skeleton key={index} className="h-6 w-full" />
            ))}
        </div>
    );
}

/** Where a list has no entries: why, and what to do next. */
export function Nothing(
    props: Readonly<{ icon: LucideIcon; title: ReactNode; children?: ReactNode; action?: ReactNode }>,
) {
    const { icon: Icon, title, children, action } = props;
    return (
        <Empty>
            <EmptyHeader>
                <EmptyMedia variant="icon">
                    <Icon aria-hidden="true" />
                </EmptyMedia>
                <EmptyTitle>{title}</EmptyTitle>
                {children && <EmptyDescription>{children}</EmptyDescription>}
            </EmptyHeader>
            {action && <EmptyContent>{action}</EmptyContent>}
        </Empty>
    );
}

/** What went wrong in the server's own words, and a way to try again. */
export function Failed({ error, retry }: Readonly<{ error: Error; retry?: () => void }>) {
    return (
        <Alert variant="destructive">
            <CircleAlert className="h-4 w-4" aria-hidden="true" />
            <AlertTitle>
                <Trans>This could not be loaded</Trans>
            </AlertTitle>
            <AlertDescription>
                <p>{error.message}</p>
                {retry && (
                    <Button variant="outline" size="sm" onClick={retry}>
                        <Trans>Try again</Trans>
                    </Button>
                )}
            </AlertDescription>
        </Alert>
    );
}

/** A query as one of three: loading, failed, or its data. What is there stays while it is asked for again. */
export function Loaded<Data>({
    query,
    rows,
    children,
}: Readonly<{ query: UseQueryResult<Data>; rows?: number; children: (data: Data) => ReactNode }>) {
    if (query.data !== undefined) return children(query.data);
    if (query.error) return <Failed error={query.error} retry={() => void query.refetch()} />;
    return <Loading rows={rows} />;
}
