import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { cn } from '@vendure/dashboard';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { typeOf, type Step } from '../../graph/definition';
import { nodeSize, type Direction } from '../../graph/layout';
import { lookOf } from './step-looks';
import type { StepNumber, StepTexts } from './step-texts';

export type StepNodeType = Node<
    { step: Step; texts: StepTexts; direction: Direction; problem: 'ERROR' | 'WARNING' | undefined },
    'step'
>;

const colours: Record<StepNumber['kind'], string> = {
    read: 'text-muted-foreground',
    changed: 'text-foreground font-medium',
    unchanged: 'text-muted-foreground',
    rejected: 'text-destructive dark:text-red-400 font-medium',
    waiting: 'text-foreground font-medium underline decoration-dotted',
    rate: 'text-muted-foreground',
};

/** A step as a card; the element around it is the one that is focused, selected and read out. */
export function StepNode({ data, selected }: NodeProps<StepNodeType>) {
    const { step, texts, direction, problem } = data;
    const { icon: Icon } = lookOf(typeOf(step));
    return (
        <div
            className={cn(
                'flex h-full flex-col overflow-hidden rounded-md border bg-card p-3 text-card-foreground shadow-sm',
                selected && 'border-primary ring-2 ring-primary',
                step.disabled && 'border-dashed',
            )}
            style={nodeSize}
        >
            <Handle
                className="opacity-0"
                type="target"
                position={direction === 'RIGHT' ? Position.Left : Position.Top}
            />
            <div className="flex items-center gap-2">
                <Icon className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
                <span className={cn('truncate text-sm font-medium', step.disabled && 'line-through')}>
                    {texts.title}
                </span>
                {problem === 'ERROR' && (
                    <CircleAlert
                        className="ml-auto size-4 shrink-0 text-destructive dark:text-red-400"
                        role="img"
                        aria-label={texts.state}
                    />
                )}
                {problem === 'WARNING' && (
                    <TriangleAlert
                        className="ml-auto size-4 shrink-0 text-warning"
                        role="img"
                        aria-label={texts.state}
                    />
                )}
            </div>
            <div className="truncate text-xs text-muted-foreground">{texts.subtitle}</div>
            <div className="mt-auto flex flex-wrap gap-x-3 text-xs tabular-nums">
                {texts.numbers.map(({ kind, text }) => (
                    <span key={kind} className={colours[kind]}>
                        {text}
                    </span>
                ))}
            </div>
            <Handle
                className="opacity-0"
                type="source"
                position={direction === 'RIGHT' ? Position.Right : Position.Bottom}
            />
        </div>
    );
}
