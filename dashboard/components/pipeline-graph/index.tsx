import { Trans } from '@lingui/react/macro';
import { Skeleton } from '@vendure/dashboard';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { CountsByStep } from '../../graph/counts';
import { asDefinition } from '../../graph/definition';
import type { Size } from '../../graph/layout';
import { toGraph } from '../../graph/pipeline-graph';

const Flow = lazy(() => import('./flow'));

export interface PipelineGraphProps {
    /** Of any shape: one that cannot be drawn is told as such. Keep its identity as long as it is the same. */
    definition: unknown;
    /** What each step did, by its key. */
    counts?: CountsByStep;
    /** Records per second that enter each step, by its key. */
    rates?: Record<string, number>;
    /** Records that wait at each step, by its key. */
    waiting?: Record<string, number>;
    /** The worst problem of each step, by its key. */
    problems?: Record<string, 'ERROR' | 'WARNING'>;
    selectedStep?: string;
    /** Without it, steps cannot be selected. */
    onSelectStep?: (key: string) => void;
}

/** A pipeline as a graph: to look at, with what its steps did. Fills the width and is as high as `className` says. */
export function PipelineGraph(props: Readonly<PipelineGraphProps & { className?: string }>) {
    const { className = 'h-96', definition, ...rest } = props;
    const box = useRef<HTMLDivElement>(null);
    const size = useSize(box);
    const graph = useMemo(() => {
        const drawable = asDefinition(definition);
        return drawable && toGraph(drawable);
    }, [definition]);
    return (
        <div
            ref={box}
            className={`w-full overflow-hidden rounded-md border [&_a[href*=reactflow]]:text-muted-foreground! ${className}`}
            data-testid="pipeline-graph"
        >
            {!graph && (
                <p className="p-4 text-sm text-muted-foreground">
                    <Trans>The graph appears as soon as the definition has a list of steps.</Trans>
                </p>
            )}
            {graph && size && (
                <Suspense fallback={<Skeleton className="h-full w-full" />}>
                    <Flow graph={graph} box={size} definition={definition} {...rest} />
                </Suspense>
            )}
        </div>
    );
}

function useSize(element: React.RefObject<HTMLElement | null>): Size | undefined {
    const [size, setSize] = useState<Size>();
    useEffect(() => {
        const observer = new ResizeObserver(([entry]) => {
            if (!entry) return;
            const { width, height } = entry.contentRect;
            setSize(old => (old?.width === width && old.height === height ? old : { width, height }));
        });
        if (element.current) observer.observe(element.current);
        return () => observer.disconnect();
    }, []);
    return size;
}
