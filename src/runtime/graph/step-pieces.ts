import type { OperatorConfig, StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError } from '../../sdk/errors';
import { isWhole } from '../../sdk/operator';
import type { WholeOperation } from '../../sdk/whole-operation';
import type { AdapterLookup } from '../adapter-lookup';
import { located } from '../batch/located-error';
import type { GraphNode, NodeKind } from './graph';
import { operatorSettings, parseSettings } from './step-settings';

/** Cuts a step at its barriers: `[trim, sort, rename]` becomes three pieces. A step without barriers is one piece. */
export function piecesOf(step: StepDefinition, registry: Pick<AdapterLookup, 'operator'>): GraphNode[] {
    const pieces = step.disabled && step.type !== 'EXTRACT' ? [{ kind: 'FLOW' as const }] : cut(step, registry);
    return pieces.map((piece, i) => ({
        operators: [],
        ...piece,
        // The LOAD itself keeps its key as id: what stands before it is the addition.
        id: nodeId(step, piece.kind, i),
        step,
        isFirst: i === 0,
        isLast: i === pieces.length - 1,
        inputs: [],
        outputs: [],
        after: [],
    }));
}

interface Piece {
    kind: NodeKind;
    operators?: OperatorConfig[];
    whole?: WholeOperation;
}

function cut(step: StepDefinition, registry: Pick<AdapterLookup, 'operator'>): Piece[] {
    switch (step.type) {
        case 'TRANSFORM':
        case 'ENRICH':
            return cutOperators(step, registry);
        case 'VALIDATE':
            return [{ kind: 'FLOW' }];
        case 'LOAD':
            return step.guards ? [{ kind: 'GUARD' }, { kind: 'LOAD' }] : [{ kind: 'LOAD' }];
        case 'EXTRACT':
        case 'ROUTE':
        case 'GATE':
        case 'EXPORT':
            return [{ kind: step.type }];
        case 'TRIGGER':
            return [];
    }
}

function cutOperators(step: StepDefinition, registry: Pick<AdapterLookup, 'operator'>): Piece[] {
    const pieces: Piece[] = [];
    let fused: OperatorConfig[] | undefined;
    for (const operator of operatorSettings(step)) {
        const whole = wholeOperation(step, operator, registry);
        if (whole) {
            pieces.push({ kind: 'WHOLE', whole });
            fused = undefined;
            continue;
        }
        if (!fused) pieces.push({ kind: 'FLOW', operators: (fused = []) });
        fused.push(operator);
    }
    return pieces.length > 0 ? pieces : [{ kind: 'FLOW' }];
}

function wholeOperation(
    step: StepDefinition,
    { op, args }: OperatorConfig,
    registry: Pick<AdapterLookup, 'operator'>,
): WholeOperation | undefined {
    try {
        const adapter = registry.operator(op);
        if (!adapter.barrier) return undefined;
        const config = parseSettings(adapter.schema, args, step, `The operator "${op}" of step "${step.key}"`);
        const created = adapter.create({ config });
        return isWhole(created) ? created.whole : undefined;
    } catch (thrown) {
        throw located(asDataHubError(thrown), { step: step.key });
    }
}

function nodeId(step: StepDefinition, kind: NodeKind, position: number): string {
    if (kind === 'GUARD') return `${step.key}.guard`;
    return position === 0 || kind === 'LOAD' ? step.key : `${step.key}.${position}`;
}
