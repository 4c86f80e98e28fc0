import { Graph, layout } from '@dagrejs/dagre';
import { wholeEdges, type PipelineGraph } from './pipeline-graph';

export interface Point {
    x: number;
    y: number;
}

export interface Size {
    width: number;
    height: number;
}

export type Direction = 'RIGHT' | 'DOWN';

/** Every node has this size, so that a graph need not be measured before it is laid out. */
export const nodeSize: Size = { width: 224, height: 104 };

/** Room for the number and the branch on an edge. */
const labelSize = { RIGHT: { width: 96, height: 24 }, DOWN: { width: 96, height: 24 } };

/** Where the top left corner of each node is, by its id: edges lead in the direction, and nothing covers anything. */
export function layOut(graph: PipelineGraph, direction: Direction): Map<string, Point> {
    const drawing = new Graph({ multigraph: true });
    drawing.setGraph({
        rankdir: direction === 'RIGHT' ? 'LR' : 'TB',
        nodesep: 32,
        ranksep: 32,
        marginx: 8,
        marginy: 8,
    });
    for (const { id } of graph.nodes) drawing.setNode(id, { ...nodeSize });
    for (const { id, source, target } of wholeEdges(graph)) {
        // A loop is a mistake that is reported elsewhere; it needs no room.
        if (source !== target) drawing.setEdge(source, target, { ...labelSize[direction], labelpos: 'c' }, id);
    }
    layout(drawing);
    return new Map(
        graph.nodes.map(({ id }) => {
            const { x, y } = drawing.node(id) as Point;
            return [id, { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 }];
        }),
    );
}

const readableZoom = 0.6;
const marginPx = 16;

/**
 * The view of a drawing in a box: all of it when that can be read; otherwise its beginning, at a size that can be read.
 */
export function viewOf(corners: Iterable<Point>, box: Size, direction: Direction): Point & { zoom: number } {
    const points = [...corners];
    const left = Math.min(...points.map(({ x }) => x));
    const top = Math.min(...points.map(({ y }) => y));
    const width = Math.max(...points.map(({ x }) => x)) + nodeSize.width - left;
    const height = Math.max(...points.map(({ y }) => y)) + nodeSize.height - top;
    const fitting = Math.min((box.width - 2 * marginPx) / width, (box.height - 2 * marginPx) / height);
    const zoom = Math.max(readableZoom, Math.min(1, fitting));
    const place = (start: number, length: number, room: number, isAlong: boolean) => {
        const spare = room - length * zoom;
        return (isAlong && spare < 2 * marginPx ? marginPx : spare / 2) - start * zoom;
    };
    return {
        x: place(left, width, box.width, direction === 'RIGHT'),
        y: place(top, height, box.height, direction === 'DOWN'),
        zoom,
    };
}
