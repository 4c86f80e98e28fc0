import { Trans } from '@lingui/react/macro';
import { Badge } from '@vendure/dashboard';
import { useId } from 'react';
import type { Loader } from './loaders';

interface LoaderCardProps {
    loader: Loader;
    isChosen: boolean;
    isLikely: boolean;
    onChoose: () => void;
}

export function LoaderCard({ loader, isChosen, isLikely, onChoose }: Readonly<LoaderCardProps>) {
    const id = useId();
    return (
        <label className="flex cursor-pointer items-start gap-3 rounded-lg border p-3 hover:bg-accent has-checked:border-primary has-focus-visible:ring-3 has-focus-visible:ring-ring/50">
            <input
                type="radio"
                name="loader"
                value={loader.code}
                checked={isChosen}
                onChange={onChoose}
                aria-describedby={id}
                className="mt-1 accent-primary"
            />
            <span className="space-y-1">
                <span className="flex flex-wrap items-center gap-2 font-medium">
                    {loader.name}
                    {isLikely && (
                        <Badge variant="secondary">
                            <Trans>Fits best</Trans>
                        </Badge>
                    )}
                </span>
                <span id={id} className="block text-sm text-muted-foreground">
                    {loader.description}
                </span>
            </span>
        </label>
    );
}
