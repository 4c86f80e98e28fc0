import { useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import type { Edge } from '@xyflow/react';
import { useMemo } from 'react';
import { edgeCounts } from '../../graph/counts';
import { titleOf } from '../../graph/definition';
import { layOut, type Direction } from '../../graph/layout';
import { wholeEdges, type PipelineGraph, type WholeEdge } from '../../graph/pipeline-graph';
import { flowEdge, flowNode } from './flow-elements';
import type { PipelineGraphProps } from './index';
import type { StepNodeType } from './step-node';
import { stepTexts } from './step-texts';

interface Drawn extends Omit<PipelineGraphProps, 'definition'> {
    graph: PipelineGraph;
    direction: Direction;
    isSelectable: boolean;
}

interface FlowElements {
    nodes: StepNodeType[];
    edges: Edge[];
    /** Equal as long as the same steps are connected in the same way: then the view stays where somebody has put it. */
    shape: string;
}

export function useFlowElements({ graph, direction, isSelectable, ...look }: Drawn): FlowElements {
    const { counts, rates, waiting, problems, selectedStep } = look;
    const { i18n, t } = useLingui();
    const { formatNumber } = useLocalFormat();
    const shape = `${direction} ${graph.nodes.length} ${wholeEdges(graph)
        .map(({ source, target }) => `${source}>${target}`)
        .join()}`;
    const places = useMemo(() => layOut(graph, direction), [shape]);
    return useMemo(() => {
        const nodes = graph.nodes.map(node => {
            const { key } = node.step;
            const facts = {
                step: node.step,
                counts: counts?.[key],
                waiting: waiting?.[key],
                recordsPerSecond: rates?.[key],
                problem: problems?.[key],
            };
            return flowNode(node, {
                at: places.get(node.id) ?? { x: 0, y: 0 },
                texts: stepTexts(i18n, formatNumber, facts),
                direction,
                problem: facts.problem,
                isSelected: key === selectedStep,
                isSelectable,
            });
        });
        const known = edgeCounts(graph, counts ?? {});
        const title = (id: string) => titleOf(graph.nodes.find(node => node.id === id)!.step);
        const describe = (edge: WholeEdge, label: string | undefined) => {
            const [from, to] = [title(edge.source), title(edge.target)];
            if (edge.kind === 'ORDER') return t`${to} waits for ${from}`;
            if (edge.kind === 'LOOKUP') return t`${to} reads from ${from}`;
            return label ? t`From ${from} to ${to}: ${label}` : t`From ${from} to ${to}`;
        };
        const edges = wholeEdges(graph).map(edge => {
            const count = known.get(edge.id);
            const own = edge.kind === 'ORDER' ? t`waits` : edge.kind === 'LOOKUP' ? t`looks up` : edge.branch;
            const label = [own, count !== undefined && formatNumber(count)].filter(Boolean).join(' · ') || undefined;
            return flowEdge(edge, label, describe(edge, label));
        });
        return { nodes, edges, shape };
    }, [graph, places, direction, isSelectable, counts, rates, waiting, problems, selectedStep, i18n.locale]);
}
