import { MarkerType, Position, type Edge } from '@xyflow/react';
import { type Direction, nodeSize, type Point } from '../../graph/layout';
import type { GraphNode, WholeEdge } from '../../graph/pipeline-graph';
import type { StepNodeType } from './step-node';
import type { StepTexts } from './step-texts';

interface NodeLook {
    at: Point;
    texts: StepTexts;
    direction: Direction;
    problem: 'ERROR' | 'WARNING' | undefined;
    isSelected: boolean;
    isSelectable: boolean;
}

export function flowNode({ id, step }: GraphNode, look: NodeLook): StepNodeType {
    const { at, texts, direction, problem, isSelected, isSelectable } = look;
    return {
        id,
        type: 'step',
        position: at,
        data: { step, texts, direction, problem },
        ...nodeSize,
        // Known beforehand, so nothing is measured and nothing jumps.
        measured: nodeSize,
        handles: handles[direction],
        selected: isSelected,
        // A button is called by what stands on it.
        ...(!isSelectable && { ariaLabel: texts.label }),
        ariaRole: isSelectable ? 'button' : 'group',
        domAttributes: {
            'aria-roledescription': undefined,
            ...(isSelectable && { 'aria-pressed': isSelected }),
            ...(!isSelectable && { 'aria-describedby': undefined }),
        },
    };
}

const [middleX, middleY] = [nodeSize.width / 2, nodeSize.height / 2];

const handles: Record<Direction, NonNullable<StepNodeType['handles']>> = {
    RIGHT: [
        { type: 'target', position: Position.Left, x: 0, y: middleY },
        { type: 'source', position: Position.Right, x: nodeSize.width, y: middleY },
    ],
    DOWN: [
        { type: 'target', position: Position.Top, x: middleX, y: 0 },
        { type: 'source', position: Position.Bottom, x: middleX, y: nodeSize.height },
    ],
};

/** Solid where records flow, dashed where a step only waits for or looks into the other. */
export function flowEdge({ id, kind, source, target }: WholeEdge, label: string | undefined, ariaLabel: string): Edge {
    return {
        id,
        source,
        target,
        ariaLabel,
        ...(label && { label }),
        type: 'smoothstep',
        focusable: false,
        selectable: false,
        markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--muted-foreground)' },
        style: { stroke: 'var(--muted-foreground)', ...(kind !== 'RECORDS' && { strokeDasharray: '4 4' }) },
        labelStyle: { fill: 'var(--foreground)' },
        labelBgStyle: { fill: 'var(--background)' },
        labelBgPadding: [6, 3],
        labelBgBorderRadius: 4,
        // xyflow adds "edge", untranslated.
        domAttributes: { 'aria-roledescription': undefined },
    };
}
