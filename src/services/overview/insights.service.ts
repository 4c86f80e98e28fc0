import { Injectable } from '@nestjs/common';
import { RequestContext, TransactionalConnection } from '@vendure/core';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { DataHubGate, DataHubRecordError, PipelineRun } from '../../entities';
import { DECIDABLE } from '../gates/gate.service';
import { withinChannel } from '../run-channel';
import { lastDays } from './days';

const SUMS = ['read', 'created', 'updated', 'unchanged', 'deleted', 'rejected'] as const;
const DAYS = 14;
const dayMs = 24 * 60 * 60 * 1000;

type DayNumbers = Record<'runs' | 'failed' | (typeof SUMS)[number], number>;

export interface Today extends Pick<DayNumbers, 'runs' | 'failed'> {
    running: number;
    queued: number;
    openGates: number;
    openRecords: number;
    days: (DayNumbers & { date: string })[];
}

export interface Alerts {
    since: Date;
    failedRuns: number;
    lastFailedRun: PipelineRun | null;
    openGates: number;
}

/** Numbers over all pipelines. */
@Injectable()
export class InsightsService {
    constructor(private readonly connection: TransactionalConnection) {}

    async today(ctx: RequestContext, timeZone = 'UTC'): Promise<Today> {
        const days = await this.days(ctx, timeZone);
        const { runs, failed } = days.at(-1)!;
        const underWay = await this.underWay(ctx);
        const openRecords = this.connection
            .getRepository(ctx, DataHubRecordError)
            .createQueryBuilder('error')
            .where(`error.state = 'OPEN'`);
        return {
            runs,
            failed,
            ...underWay,
            openGates: await this.openGates(ctx),
            openRecords: await withinChannel(openRecords, ctx, 'error.run').getCount(),
            days,
        };
    }

    async alerts(ctx: RequestContext, since = new Date(Date.now() - dayMs)): Promise<Alerts> {
        const failed = this.runs(ctx)
            .andWhere(`run.status IN ('FAILED', 'TIMEOUT') AND run.finishedAt > :since`, { since })
            .orderBy('run.finishedAt', 'DESC');
        const failedRuns = await failed.clone().orderBy().getCount();
        const lastFailedRun =
            failedRuns === 0 ? null : await failed.innerJoinAndSelect('run.pipeline', 'pipeline').limit(1).getOne();
        return { since, failedRuns, lastFailedRun, openGates: await this.openGates(ctx) };
    }

    /** One aggregate over the runs of these days. */
    private async days(ctx: RequestContext, timeZone: string): Promise<Today['days']> {
        const days = lastDays(DAYS, timeZone, new Date());
        const branches = days.map(({ begin }, index) => [index, begin] as const).reverse();
        const day = `CASE ${branches.map(([index]) => `WHEN run.createdAt >= :begin${index} THEN ${index}`).join(' ')} END`;
        const query = this.runs(ctx)
            .select(day, 'day')
            .addSelect('COUNT(*)', 'runs')
            .addSelect(`SUM(CASE WHEN run.status IN ('FAILED', 'TIMEOUT') THEN 1 ELSE 0 END)`, 'failed')
            .andWhere('run.dryRun = :dryRun AND run.createdAt >= :begin0', { dryRun: false })
            .setParameters(Object.fromEntries(branches.map(([index, begin]) => [`begin${index}`, begin])))
            // By its place: repeated, its parameters would be other ones to PostgreSQL.
            .groupBy('1');
        for (const name of SUMS) query.addSelect(`SUM(run.${name})`, name);
        const rows = await query.getRawMany<Record<'day' | keyof DayNumbers, string | number>>();
        const byDay = new Map(rows.map(row => [Number(row.day), row]));
        return days.map(({ date }, index) => {
            const row = byDay.get(index);
            const of = (name: keyof DayNumbers) => Number(row?.[name] ?? 0);
            const sums = Object.fromEntries(SUMS.map(name => [name, of(name)])) as Pick<
                DayNumbers,
                (typeof SUMS)[number]
            >;
            return { date, runs: of('runs'), failed: of('failed'), ...sums };
        });
    }

    private async underWay(ctx: RequestContext): Promise<Pick<Today, 'running' | 'queued'>> {
        const rows = await this.runs(ctx)
            .select('run.status', 'status')
            .addSelect('COUNT(*)', 'count')
            .andWhere(`run.status IN ('RUNNING', 'PENDING')`)
            .groupBy('run.status')
            .getRawMany<{ status: string; count: string | number }>();
        const of = (status: string) => Number(rows.find(row => row.status === status)?.count ?? 0);
        return { running: of('RUNNING'), queued: of('PENDING') };
    }

    private openGates(ctx: RequestContext): Promise<number> {
        const gates: SelectQueryBuilder<ObjectLiteral> = this.connection
            .getRepository(ctx, DataHubGate)
            .createQueryBuilder('gate')
            .innerJoin('gate.run', 'run')
            .where(`gate.state = 'WAITING' AND run.status IN (:...decidable)`, { decidable: DECIDABLE });
        return withinChannel(gates, ctx, 'run').getCount();
    }

    private runs(ctx: RequestContext): SelectQueryBuilder<PipelineRun> {
        const runs = this.connection.getRepository(ctx, PipelineRun).createQueryBuilder('run').where('1 = 1');
        return withinChannel(runs, ctx, 'run');
    }
}
