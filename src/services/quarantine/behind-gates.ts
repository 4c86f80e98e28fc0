import type { CatalogScope } from '../../catalog/catalog-scope';
import type { EntityId } from '../../catalog/sql/sql-session';
import { DataHubRecordError, Pipeline } from '../../entities';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import { edgesOf } from '../../../shared/edges';
import { UserError } from '../../sdk/errors';
import { ApproveDataHubGatePermission } from '../permissions';

/**
 * What was refused behind a gate has been approved as it was. Sent again it enters behind the gate, so whoever changes it
 * must be one who may approve.
 */
export async function checkMayEdit({ sql, ctx }: CatalogScope, errorIds: readonly EntityId[]): Promise<void> {
    if (ctx.userHasPermissions([ApproveDataHubGatePermission.Permission])) return;
    const errors = await sql.selectIn(sql.table(DataHubRecordError), ['pipelineId', 'step'], 'id', errorIds);
    const stepsOf = new Map<EntityId, Set<string>>();
    for (const [pipelineId, step] of errors as [EntityId, string][]) {
        stepsOf.set(pipelineId, (stepsOf.get(pipelineId) ?? new Set()).add(step));
    }
    const pipelines = await sql.selectIn(sql.table(Pipeline), ['id', 'definition'], 'id', [...stepsOf.keys()]);
    for (const [pipelineId, definition] of pipelines as [EntityId, PipelineDefinition][]) {
        const behind = behindGates(definition);
        const step = [...stepsOf.get(pipelineId)!].find(key => behind.has(key));
        if (step !== undefined) throw needsApproval(step);
    }
}

function behindGates(definition: PipelineDefinition): Set<string> {
    const edges = edgesOf(definition).filter(edge => !edge.dependencyOnly);
    const behind = new Set<string>();
    const waiting = definition.steps.filter(step => step.type === 'GATE').map(step => step.key);
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        for (const { from, to } of edges) {
            if (from !== key || behind.has(to)) continue;
            behind.add(to);
            waiting.push(to);
        }
    }
    return behind;
}

function needsApproval(step: string): UserError {
    return new UserError(
        'edit-needs-approval',
        `Records that were refused at "${step}" have passed a gate, and what you change in them would pass no gate any more.`,
        'Ask somebody who may approve gates to edit them, or correct the source and run the pipeline again.',
        { step },
    );
}
