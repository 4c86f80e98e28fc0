import { Injectable } from '@nestjs/common';
import { type ID, ProductVariant, type RequestContext, TransactionalConnection } from '@vendure/core';
import { Brackets, IsNull } from 'typeorm';
import { DataHubChangeSet, type PipelineRun } from '../entities';
import type { FieldHistoryEntry } from './field-history.service';
import { withinChannel } from './run-channel';

export interface FieldOrigin {
    entityType: string;
    entityId: string;
    entityKey: string;
    path: string;
    entry: FieldHistoryEntry;
}

export interface EntityOrigin {
    fields: FieldOrigin[];
    runs: PipelineRun[];
    complete: boolean;
}

const MAX_CHANGES = 500;
const MAX_RUNS = 10;
/** More are looked at where they are shown one by one. */
const MAX_VARIANTS = 200;

/** Where an entity comes from, with what belongs to it. */
@Injectable()
export class EntityOriginService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** Two statements, the second for the newest changes only. */
    async originOf(ctx: RequestContext, entityType: string, entityId: ID): Promise<EntityOrigin> {
        const variantIds = entityType === 'Product' ? await this.variantIdsOf(ctx, entityId) : [];
        const changes = await this.changesOf(ctx, { entityType, entityId }, variantIds.slice(0, MAX_VARIANTS));
        const fields = new Map<string, FieldOrigin>();
        const runs = new Map<string, PipelineRun>();
        for (const changeSet of changes.slice(0, MAX_CHANGES)) {
            const { run, fields: written, entityType: type, entityKey } = changeSet;
            if (runs.size < MAX_RUNS) runs.set(String(run.id), run);
            for (const change of written) {
                const key = JSON.stringify([type, changeSet.entityId, change.path]);
                // The newest comes first.
                if (fields.has(key)) continue;
                const entry = { changeSet, run, change };
                fields.set(key, {
                    entityType: type,
                    entityId: changeSet.entityId!,
                    entityKey,
                    path: change.path,
                    entry,
                });
            }
        }
        const rank = ({ entityType: type }: FieldOrigin) => (type === entityType ? 0 : 1);
        return {
            fields: [...fields.values()].sort(
                (a, b) => rank(a) - rank(b) || compare(a.entityKey, b.entityKey) || compare(a.path, b.path),
            ),
            runs: [...runs.values()],
            complete: changes.length <= MAX_CHANGES && variantIds.length <= MAX_VARIANTS,
        };
    }

    private async variantIdsOf(ctx: RequestContext, productId: ID): Promise<string[]> {
        const variants = await this.connection.getRepository(ctx, ProductVariant).find({
            where: { productId, deletedAt: IsNull() },
            select: { id: true },
            loadEagerRelations: false,
            order: { id: 'ASC' },
            take: MAX_VARIANTS + 1,
        });
        return variants.map(({ id }) => String(id));
    }

    /** One more than are looked at, to know whether these are all. */
    private changesOf(
        ctx: RequestContext,
        { entityType, entityId }: { entityType: string; entityId: ID },
        variantIds: string[],
    ): Promise<DataHubChangeSet[]> {
        const own = { entityType, entityId: String(entityId) };
        const query = this.connection
            .getRepository(ctx, DataHubChangeSet)
            .createQueryBuilder('change')
            .innerJoinAndSelect('change.run', 'run')
            .innerJoinAndSelect('run.pipeline', 'pipeline')
            .where(
                new Brackets(where => {
                    where.where('change.entityType = :entityType AND change.entityId = :entityId', own);
                    if (variantIds.length === 0) return;
                    where.orWhere(`change.entityType = 'ProductVariant' AND change.entityId IN (:...variantIds)`, {
                        variantIds,
                    });
                }),
            )
            .andWhere('change.applied = :applied', { applied: true })
            .orderBy('change.createdAt', 'DESC')
            .addOrderBy('change.id', 'DESC')
            .limit(MAX_CHANGES + 1);
        return withinChannel(query, ctx, 'run').getMany();
    }
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
