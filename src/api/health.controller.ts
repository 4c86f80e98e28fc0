import { Controller, Get, Res } from '@nestjs/common';
import { Allow, Ctx, Permission, RequestContext } from '@vendure/core';
import type { Response } from 'express';
import { HealthService } from '../services/observability/health.service';
import { DataHubRunPermission } from '../services/permissions';

/** For load balancers and orchestrators, which have no user: says to everybody what is up, and more to those who may see runs. */
@Controller('data-hub')
export class HealthController {
    constructor(private readonly health: HealthService) {}

    @Get('health')
    @Allow(Permission.Public)
    async check(@Ctx() ctx: RequestContext, @Res() response: Response): Promise<void> {
        const { status, checks, details } = await this.health.check();
        const maySeeRuns = ctx.userHasPermissions([DataHubRunPermission.Permission]);
        response
            .status(status === 'up' ? 200 : 503)
            .setHeader('cache-control', 'no-store')
            .json({ status, checks, ...(maySeeRuns ? { details } : {}) });
    }
}
