import { Injectable } from '@nestjs/common';
import { type ID, RequestContext, TransactionalConnection } from '@vendure/core';
import { In } from 'typeorm';
import { DataHubRecordError, Pipeline } from '../../entities';
import { withinChannel } from '../run-channel';

interface OfPipeline {
    pipelineId: ID;
    pipelineCode: string;
    pipelineName: string;
    open: number;
}

export interface OpenCause extends OfPipeline {
    cause: string;
    message: string;
    hint: string | null;
}

export interface Quarantine {
    open: number;
    pipelines: (OfPipeline & { causes: number })[];
    causes: OpenCause[];
}

const maxCauses = 1_000;

/** Refused records that wait for somebody, over all pipelines. */
@Injectable()
export class OpenCausesService {
    constructor(private readonly connection: TransactionalConnection) {}

    /** Three statements; the first is answered by an index alone and looks at nothing that has been dealt with. */
    async quarantine(ctx: RequestContext): Promise<Quarantine> {
        const groups = await this.groups(ctx);
        const pipelines = new Map<string, OfPipeline & { causes: number }>();
        const names = new Map(
            (groups.length === 0
                ? []
                : await this.connection
                      .getRepository(ctx, Pipeline)
                      .find({ select: { id: true, code: true, name: true } })
            ).map(({ id, code, name }) => [String(id), { pipelineId: id, pipelineCode: code, pipelineName: name }]),
        );
        const causes: (OpenCause & { oldestId: ID })[] = [];
        for (const { pipelineId, cause, open, oldestId } of groups) {
            const pipeline = names.get(String(pipelineId));
            if (!pipeline) continue;
            const sum = pipelines.get(String(pipelineId)) ?? { ...pipeline, open: 0, causes: 0 };
            pipelines.set(String(pipelineId), { ...sum, open: sum.open + open, causes: sum.causes + 1 });
            causes.push({ ...pipeline, cause, open, oldestId, message: '', hint: null });
        }
        const largest = causes.sort((a, b) => b.open - a.open || compare(a.cause, b.cause)).slice(0, maxCauses);
        const texts = await this.textsOf(
            ctx,
            largest.map(({ oldestId }) => oldestId),
        );
        return {
            open: groups.reduce((sum, group) => sum + group.open, 0),
            pipelines: [...pipelines.values()].sort((a, b) => b.open - a.open),
            causes: largest.map(({ oldestId, ...cause }) => ({ ...cause, ...texts.get(String(oldestId)) })),
        };
    }

    private async groups(ctx: RequestContext) {
        const query = this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .select('error.pipelineId', 'pipelineId')
            .addSelect('error.cause', 'cause')
            .addSelect('COUNT(*)', 'open')
            .where(`error.state = 'OPEN'`)
            .groupBy('error.pipelineId')
            .addGroupBy('error.cause');
        // Not MIN, which PostgreSQL does not know for uuids.
        const oldest = query
            .subQuery()
            .select('oldest.id')
            .from(DataHubRecordError, 'oldest')
            .where(`oldest.state = 'OPEN' AND oldest.pipelineId = error.pipelineId AND oldest.cause = error.cause`)
            .orderBy('oldest.id')
            .limit(1);
        query.addSelect(withinChannel(oldest, ctx, 'oldest.run').getQuery(), 'oldestId');
        const rows = await withinChannel(query, ctx, 'error.run').getRawMany<{
            pipelineId: ID;
            cause: string;
            open: string | number;
            oldestId: ID;
        }>();
        return rows.map(row => ({ ...row, open: Number(row.open) }));
    }

    private async textsOf(ctx: RequestContext, ids: ID[]): Promise<Map<string, Pick<OpenCause, 'message' | 'hint'>>> {
        if (ids.length === 0) return new Map();
        const found = await this.connection
            .getRepository(ctx, DataHubRecordError)
            .find({ where: { id: In(ids) }, select: { id: true, message: true, hint: true } });
        return new Map(found.map(({ id, message, hint }) => [String(id), { message, hint }]));
    }
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
