import { Badge } from '@vendure/dashboard';
import type { ComponentProps } from 'react';

export type BadgeVariant = ComponentProps<typeof Badge>['variant'];

/** Vendure's badge; the colour stands in its ground alone, because coloured small text on it has too little contrast. */
export function TintedBadge({ className, ...props }: ComponentProps<typeof Badge>) {
    return <Badge className={`text-foreground dark:text-foreground ${className ?? ''}`} {...props} />;
}
