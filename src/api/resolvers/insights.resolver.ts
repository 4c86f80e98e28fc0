import { UseFilters } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, RequestContext } from '@vendure/core';
import { type Alerts, InsightsService, type Today } from '../../services/overview/insights.service';
import { DataHubRunPermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class InsightsResolver {
    constructor(private readonly insights: InsightsService) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubToday(@Ctx() ctx: RequestContext, @Args() { timeZone }: { timeZone?: string | null }): Promise<Today> {
        return this.insights.today(ctx, timeZone ?? undefined);
    }

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubAlerts(@Ctx() ctx: RequestContext, @Args() { since }: { since?: Date | null }): Promise<Alerts> {
        return this.insights.alerts(ctx, since ?? undefined);
    }
}
