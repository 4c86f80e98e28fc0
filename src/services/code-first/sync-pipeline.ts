import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DataSource, ObjectLiteral } from 'typeorm';
import { Pipeline, PipelineRevision } from '../../entities';
import { PipelineDefinition } from '../../sdk/definition/definition';
import { Problem } from '../../validation/problem';
import { CodeFirstPipeline } from '../data-hub-options';
import { DefinitionService } from '../definition.service';
import { compareAndWrite, OvertakenError, SyncChanges } from './code-first-row';

const CREATED_BY_CODE = 'code';

/**
 * A definition with problems is stored too, so that the dashboard shows it with them, but disabled: the server starts,
 * the pipeline does not run.
 */
export async function syncPipeline(
    database: DataSource,
    wanted: CodeFirstPipeline,
    definitions: DefinitionService,
): Promise<SyncChanges> {
    const { definition, problems } = definitions.check(wanted.definition);
    const enabled = definition !== undefined;
    // Through JSON, because that is what comes back from the database.
    const complete = JSON.parse(JSON.stringify(definition ?? wanted.definition)) as PipelineDefinition;
    const codeHash = createHash('sha256')
        .update(JSON.stringify([wanted.name, complete]))
        .digest('hex');

    const changes = await compareAndWrite(database, async (manager): Promise<SyncChanges> => {
        const pipelines = manager.getRepository(Pipeline);
        const row = await pipelines.findOneBy({ code: wanted.code });
        const values = {
            name: wanted.name,
            definition: complete,
            enabled,
            codeHash,
            isCodeFirst: true,
            disabledByCode: false,
        };
        const isSame = row?.codeHash === codeHash && row.isCodeFirst && !row.disabledByCode && row.enabled === enabled;
        if (isSame) return [];

        const isNewDefinition = !row || !isDeepStrictEqual(row.definition, complete);
        const revision = (row?.revision ?? 0) + (isNewDefinition ? 1 : 0);
        let pipelineId = row?.id;
        if (row) {
            const { affected } = await manager
                .getRepository<ObjectLiteral>(Pipeline)
                .update({ id: row.id, revision: row.revision }, { ...values, revision });
            if (affected === 0) throw new OvertakenError();
        } else {
            pipelineId = (
                await pipelines.save(Object.assign(new Pipeline(), { ...values, code: wanted.code, revision }))
            ).id;
        }
        if (isNewDefinition) {
            const entry = {
                pipelineId,
                number: revision,
                definition: complete,
                note: null,
                createdBy: CREATED_BY_CODE,
            };
            await manager
                .getRepository<ObjectLiteral>(PipelineRevision)
                .insert(Object.assign(new PipelineRevision(), entry));
        }
        return [{ level: 'info', message: `Pipeline "${wanted.code}" ${outcomeOf(row, isNewDefinition)}.` }];
    });
    return [...changes, ...problems.map(problem => logged(wanted.code, problem))];
}

function outcomeOf(row: Pipeline | null, isNewDefinition: boolean): string {
    if (!row) return 'created from code';
    if (!row.isCodeFirst) return 'existed already and belongs to the code from now on';
    if (row.disabledByCode) return 'is in the code again and has been enabled';
    return isNewDefinition ? 'updated from code' : 'renamed or checked anew from code';
}

function logged(code: string, { severity, path, message, hint = '' }: Problem): SyncChanges[number] {
    const start = severity === 'ERROR' ? 'is disabled' : 'has a weak place';
    return {
        level: severity === 'ERROR' ? 'error' : 'warn',
        message: `Pipeline "${code}" ${start} at ${path}: ${message} ${hint}`.trim(),
    };
}
