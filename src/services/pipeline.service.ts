import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
    ID,
    ListQueryBuilder,
    ListQueryOptions,
    PaginatedList,
    RequestContext,
    TransactionalConnection,
    UserInputError,
} from '@vendure/core';
import { In, ObjectLiteral } from 'typeorm';
import { DataHubChangeSet, Pipeline, PipelineRevision, PipelineRun } from '../entities';
import { Problem, problem } from '../validation/problem';
import { containing, containsText } from './contains-text';
import { DefinitionService } from './definition.service';
import { listQuery } from './list-query';
import {
    DataHubDefinitionInvalidError,
    DataHubPipelineCodeTakenError,
    DataHubPipelineConflictError,
    DataHubPipelineReadOnlyError,
    DataHubPipelineRunningError,
} from './pipeline-results';
import { isUniqueViolation } from './unique-violation';

export interface CreatePipelineInput {
    code: string;
    name: string;
    enabled?: boolean | null;
    definition: unknown;
}

export interface UpdatePipelineInput {
    id: ID;
    name?: string | null;
    enabled?: boolean | null;
    definition?: unknown;
    /** Revision that the change is based on. */
    revision: number;
    /** Why, for the list of revisions. */
    note?: string | null;
}

type UpdatePipelineResult =
    Pipeline | DataHubDefinitionInvalidError | DataHubPipelineReadOnlyError | DataHubPipelineConflictError;

const RUNS_PER_STATEMENT = 1_000;

/** Pipelines and their revisions. What comes from code is written by the code-first sync only. */
@Injectable()
export class PipelineService {
    constructor(
        private readonly connection: TransactionalConnection,
        private readonly listQueryBuilder: ListQueryBuilder,
        private readonly definitions: DefinitionService,
    ) {}

    /** `ids`: only these. `search`: part of the code or the name. */
    async findAll(
        ctx: RequestContext,
        options?: ListQueryOptions<Pipeline>,
        { ids, search }: { ids?: readonly ID[]; search?: string } = {},
    ): Promise<PaginatedList<Pipeline>> {
        const query = listQuery(this.listQueryBuilder, Pipeline, options, { ctx });
        if (ids) query.andWhere(ids.length === 0 ? '1 = 0' : `${query.alias}.id IN (:...ids)`, { ids });
        if (search) {
            const like = ['code', 'name'].map(column => containsText(`${query.alias}.${column}`, 'search'));
            query.andWhere(`(${like.join(' OR ')})`, { search: containing(search) });
        }
        const [items, totalItems] = await query.getManyAndCount();
        return { items, totalItems };
    }

    async findOne(ctx: RequestContext, id: ID): Promise<Pipeline | null> {
        return this.connection.getRepository(ctx, Pipeline).findOneBy({ id });
    }

    async findRevisions(
        ctx: RequestContext,
        pipelineId: ID,
        options?: ListQueryOptions<PipelineRevision>,
    ): Promise<PaginatedList<PipelineRevision>> {
        const [items, totalItems] = await listQuery(this.listQueryBuilder, PipelineRevision, options, {
            ctx,
            where: { pipelineId },
            orderBy: { number: 'DESC' },
        }).getManyAndCount();
        return { items, totalItems };
    }

    async create(
        ctx: RequestContext,
        input: CreatePipelineInput,
    ): Promise<Pipeline | DataHubDefinitionInvalidError | DataHubPipelineCodeTakenError> {
        const check = this.definitions.check(input.definition);
        const problemsOfNames = checkNames(input);
        if (problemsOfNames.length > 0 || !check.definition) {
            return new DataHubDefinitionInvalidError([...problemsOfNames, ...check.problems]);
        }
        const repository = this.connection.getRepository(ctx, Pipeline);
        if (await repository.existsBy({ code: input.code })) return new DataHubPipelineCodeTakenError(input.code);
        const pipeline = Object.assign(new Pipeline(), {
            code: input.code,
            name: input.name,
            enabled: input.enabled ?? true,
            definition: check.definition,
            revision: 1,
        });
        try {
            await repository.save(pipeline);
        } catch (error) {
            // Another request took the code since; PostgreSQL has given up the transaction, so nothing can go on in it.
            if (isUniqueViolation(error))
                throw new UserInputError('error.data-hub-pipeline-code-taken', { code: input.code });
            throw error;
        }
        await this.addRevision(ctx, pipeline, null);
        return pipeline;
    }

    async update(ctx: RequestContext, input: UpdatePipelineInput): Promise<UpdatePipelineResult> {
        const pipeline = await this.connection.getEntityOrThrow(ctx, Pipeline, input.id);
        if (pipeline.isCodeFirst) return new DataHubPipelineReadOnlyError(pipeline.code);
        if (pipeline.revision !== input.revision) return new DataHubPipelineConflictError(pipeline.revision);
        const check = this.definitions.check(input.definition ?? pipeline.definition);
        const problemsOfNames = checkNames({ code: pipeline.code, name: input.name ?? pipeline.name });
        // What is wrong with the stored definition does not keep a pipeline from being renamed or disabled.
        const definition = input.definition == null ? pipeline.definition : check.definition;
        if (problemsOfNames.length > 0 || !definition) {
            return new DataHubDefinitionInvalidError([...problemsOfNames, ...check.problems]);
        }
        const changed = !isDeepStrictEqual(definition, pipeline.definition);
        const values = {
            name: input.name ?? pipeline.name,
            enabled: input.enabled ?? pipeline.enabled,
            definition,
            revision: changed ? input.revision + 1 : input.revision,
        };
        // Compared by the database: two updates that read the same revision cannot both pass.
        const { affected } = await this.connection
            .getRepository<ObjectLiteral>(ctx, Pipeline)
            .update({ id: pipeline.id, revision: input.revision, isCodeFirst: false }, values);
        if (affected === 0) {
            // Outside this transaction: on MySQL it still sees the row as it was at its first read.
            const now = await this.connection.rawConnection.getRepository(Pipeline).findOneBy({ id: pipeline.id });
            return new DataHubPipelineConflictError(now?.revision ?? input.revision);
        }
        const current = await this.connection.getEntityOrThrow(ctx, Pipeline, pipeline.id);
        if (changed) await this.addRevision(ctx, current, input.note ?? null);
        return current;
    }

    /** An old definition becomes a new revision, so that the history stays complete. */
    async restoreRevision(ctx: RequestContext, revisionId: ID, currentRevision: number): Promise<UpdatePipelineResult> {
        const old = await this.connection.getEntityOrThrow(ctx, PipelineRevision, revisionId);
        return this.update(ctx, {
            id: old.pipelineId,
            definition: old.definition,
            revision: currentRevision,
            note: `Restored from revision ${old.number}`,
        });
    }

    /** Takes revisions, runs and their rows along. What runs wrote to the catalog stays. */
    async delete(
        ctx: RequestContext,
        id: ID,
    ): Promise<DataHubPipelineReadOnlyError | DataHubPipelineRunningError | undefined> {
        const pipeline = await this.connection.getEntityOrThrow(ctx, Pipeline, id);
        if (pipeline.isCodeFirst && !pipeline.disabledByCode) return new DataHubPipelineReadOnlyError(pipeline.code);
        const isRunning = await this.connection
            .getRepository(ctx, PipelineRun)
            .existsBy({ pipelineId: id, status: In(['PENDING', 'RUNNING', 'PAUSED']) });
        if (isRunning) return new DataHubPipelineRunningError(pipeline.code);
        await this.connection.withTransaction(ctx, tx => this.deleteWithRuns(tx, pipeline.id));
        return undefined;
    }

    private async deleteWithRuns(ctx: RequestContext, pipelineId: ID): Promise<void> {
        const runs = this.connection.getRepository(ctx, PipelineRun);
        const runIds = (await runs.find({ where: { pipelineId }, select: { id: true } })).map(run => run.id);
        // Waits for whoever is writing a run; from then on nobody adds to the ledger, which knows no cascade.
        await this.connection.getRepository(ctx, Pipeline).delete(pipelineId);
        const ledger = this.connection.getRepository(ctx, DataHubChangeSet);
        for (let from = 0; from < runIds.length; from += RUNS_PER_STATEMENT) {
            await ledger.delete({ runId: In(runIds.slice(from, from + RUNS_PER_STATEMENT)) });
        }
    }

    private async addRevision(ctx: RequestContext, pipeline: Pipeline, note: string | null): Promise<void> {
        const { id: pipelineId, revision: number, definition } = pipeline;
        const createdBy = ctx.session?.user?.identifier ?? null;
        await this.connection
            .getRepository<ObjectLiteral>(ctx, PipelineRevision)
            .insert(Object.assign(new PipelineRevision(), { pipelineId, number, definition, note, createdBy }));
    }
}

function checkNames({ code, name }: { code: string; name: string }): Problem[] {
    const problems: Problem[] = [];
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(code)) {
        const hint = 'Use up to 100 letters, digits, hyphens and underscores.';
        problems.push(problem(['code'], `"${code.slice(0, 100)}" cannot be the code of a pipeline.`, hint));
    }
    if (name.trim() === '' || name.length > 255) {
        problems.push(problem(['name'], 'The name must have between 1 and 255 characters.', 'Choose another name.'));
    }
    return problems;
}
