import { UseFilters } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, ListQueryOptions, PaginatedList, RequestContext } from '@vendure/core';
import { GuardCounts } from '../../../shared/run';
import { DataHubChangeSet, DataHubGate, GateState, RunStatus } from '../../entities';
import type { ChangeCounts } from '../../services/changes/change-counts';
import { GateService } from '../../services/gates/gate.service';
import { UserNamesService } from '../../services/user-names.service';
import { ApproveDataHubGatePermission, DataHubRunPermission } from '../../services/permissions';
import { SharedLoad } from '../shared-load';
import { UserErrorFilter } from '../user-error.filter';

const decidersOfLists = new SharedLoad<DataHubGate, string | null>();

interface GateArguments {
    runId: ID;
    stepKey: string;
}

@Resolver()
@UseFilters(UserErrorFilter)
export class GateResolver {
    constructor(private readonly gates: GateService) {}

    @Query()
    @Allow(DataHubRunPermission.Permission, ApproveDataHubGatePermission.Permission)
    async dataHubGates(
        @Ctx() ctx: RequestContext,
        @Args()
        {
            runId,
            state,
            options,
        }: { runId?: ID | null; state?: GateState | null; options?: ListQueryOptions<DataHubGate> },
    ): Promise<PaginatedList<DataHubGate>> {
        const list = await this.gates.findAll(ctx, { runId, state }, options);
        decidersOfLists.together(list.items);
        return list;
    }

    @Query()
    @Allow(DataHubRunPermission.Permission, ApproveDataHubGatePermission.Permission)
    dataHubGate(@Ctx() ctx: RequestContext, @Args() { runId, stepKey }: GateArguments): Promise<DataHubGate | null> {
        return this.gates.findOne(ctx, runId, stepKey);
    }

    /** The service has a transaction of its own. */
    @Mutation()
    @Allow(ApproveDataHubGatePermission.Permission)
    approveGate(
        @Ctx() ctx: RequestContext,
        @Args() { runId, stepKey, note }: GateArguments & { note?: string | null },
    ): Promise<DataHubGate> {
        return this.gates.approveGate(ctx, runId, stepKey, note);
    }

    /** As above. */
    @Mutation()
    @Allow(ApproveDataHubGatePermission.Permission)
    rejectGate(
        @Ctx() ctx: RequestContext,
        @Args() { runId, stepKey, note }: GateArguments & { note?: string | null },
    ): Promise<DataHubGate> {
        return this.gates.rejectGate(ctx, runId, stepKey, note);
    }
}

@Resolver('DataHubGate')
export class GateFieldResolver {
    constructor(
        private readonly gates: GateService,
        private readonly users: UserNamesService,
    ) {}

    @ResolveField()
    decidedByName(@Ctx() ctx: RequestContext, @Parent() gate: DataHubGate): Promise<string | null> {
        return decidersOfLists.of(gate, async gates => {
            const names = await this.users.namesOf(
                ctx,
                gates.map(({ decidedBy }) => decidedBy),
            );
            return new Map(gates.map(each => [each, names.get(String(each.decidedBy)) ?? null]));
        });
    }

    @ResolveField()
    runStatus(@Parent() gate: DataHubGate): RunStatus {
        return gate.run.status;
    }

    @ResolveField()
    pipelineCode(@Parent() gate: DataHubGate): string {
        return gate.run.pipeline.code;
    }

    @ResolveField()
    pipelineName(@Parent() gate: DataHubGate): string {
        return gate.run.pipeline.name;
    }

    @ResolveField()
    counts(@Parent() { kind, run, stepKey }: DataHubGate): GuardCounts | null {
        return kind === 'GUARD' ? (run.metrics?.guards?.[stepKey] ?? null) : null;
    }

    @ResolveField()
    deadlineAt(@Parent() { deadlineMs }: DataHubGate): Date | null {
        return deadlineMs === null ? null : new Date(deadlineMs);
    }

    @ResolveField()
    plan(
        @Ctx() ctx: RequestContext,
        @Parent() gate: DataHubGate,
        @Args() { options }: { options?: ListQueryOptions<DataHubChangeSet> },
    ): Promise<PaginatedList<DataHubChangeSet>> {
        return this.gates.findPlan(ctx, gate, options);
    }

    @ResolveField()
    planCounts(@Ctx() ctx: RequestContext, @Parent() gate: DataHubGate): Promise<ChangeCounts> {
        return this.gates.countPlan(ctx, gate);
    }
}
