import { useLingui } from '@lingui/react/macro';
import { Controls, MiniMap, ReactFlow, type NodeChange, type ReactFlowInstance } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useEffect, useState, type CSSProperties } from 'react';
import { nodeSize, viewOf, type Direction, type Size } from '../../graph/layout';
import type { PipelineGraph } from '../../graph/pipeline-graph';
import type { PipelineGraphProps } from './index';
import { StepNode, type StepNodeType } from './step-node';
import { useFlowElements } from './use-flow-elements';

const nodeTypes = { step: StepNode };

/** From this many steps on, a small map shows where one is. */
const largeFrom = 12;

export interface FlowProps extends PipelineGraphProps {
    graph: PipelineGraph;
    box: Size;
}

/** The drawing itself, apart from the rest because its library is large. */
export default function Flow({ graph, box, onSelectStep, ...look }: Readonly<FlowProps>) {
    const { t } = useLingui();
    const [flow, setFlow] = useState<ReactFlowInstance<StepNodeType>>();
    const direction: Direction = box.width < 640 ? 'DOWN' : 'RIGHT';
    const { nodes, edges, shape } = useFlowElements({ graph, direction, isSelectable: !!onSelectStep, ...look });
    useEffect(() => {
        if (flow && nodes.length > 0)
            void flow.setViewport(
                viewOf(
                    nodes.map(({ position }) => position),
                    box,
                    direction,
                ),
            );
    }, [flow, shape, box.width, box.height]);
    const select = (changes: NodeChange<StepNodeType>[]) => {
        const chosen = changes.find(change => change.type === 'select' && change.selected);
        const node = chosen && 'id' in chosen && nodes.find(({ id }) => id === chosen.id);
        if (node) onSelectStep?.(node.data.step.key);
    };
    return (
        <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            onInit={setFlow}
            onNodesChange={select}
            nodesDraggable={false}
            nodesConnectable={false}
            elementsSelectable={!!onSelectStep}
            multiSelectionKeyCode={null}
            selectionKeyCode={null}
            deleteKeyCode={null}
            // The wheel scrolls the page; with Ctrl it zooms.
            zoomOnScroll={false}
            preventScrolling={false}
            minZoom={0.1}
            maxZoom={2}
            style={colours}
            // Its link is too pale for the contrast that people need.
            proOptions={{ hideAttribution: true }}
            aria-label={t`Graph of the pipeline`}
            ariaLabelConfig={{
                'node.a11yDescription.default': t`Press Enter to select the step.`,
                'node.a11yDescription.keyboardDisabled': t`Press Enter to select the step.`,
                'controls.ariaLabel': t`View of the graph`,
                'controls.zoomIn.ariaLabel': t`Zoom in`,
                'controls.zoomOut.ariaLabel': t`Zoom out`,
                'controls.fitView.ariaLabel': t`Show all of the graph`,
                'minimap.ariaLabel': t`Small map of the graph`,
            }}
        >
            <Controls
                showInteractive={false}
                position="top-right"
                orientation={direction === 'DOWN' ? 'vertical' : 'horizontal'}
            />
            {nodes.length >= largeFrom && box.width >= 640 && <MiniMap pannable nodeBorderRadius={8} />}
        </ReactFlow>
    );
}

/** The theme's own variables, so the drawing is light or dark with the rest. */
const colours = {
    '--xy-background-color': 'var(--background)',
    '--xy-attribution-background-color': 'transparent',
    '--xy-minimap-background-color': 'var(--card)',
    '--xy-minimap-mask-background-color': 'color-mix(in oklab, var(--muted) 60%, transparent)',
    '--xy-minimap-node-background-color': 'var(--muted-foreground)',
    '--xy-controls-button-background-color': 'var(--card)',
    '--xy-controls-button-background-color-hover': 'var(--accent)',
    '--xy-controls-button-color': 'var(--foreground)',
    '--xy-controls-button-color-hover': 'var(--foreground)',
    '--xy-controls-button-border-color': 'var(--border)',
    '--xy-handle-background-color': 'var(--muted-foreground)',
    '--xy-handle-border-color': 'var(--background)',
    minHeight: nodeSize.height,
} as CSSProperties;
