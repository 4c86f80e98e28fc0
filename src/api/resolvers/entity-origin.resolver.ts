import { UseFilters } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ID, RequestContext } from '@vendure/core';
import { type EntityOrigin, EntityOriginService } from '../../services/entity-origin.service';
import { DataHubRunPermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class EntityOriginResolver {
    constructor(private readonly origins: EntityOriginService) {}

    @Query()
    @Allow(DataHubRunPermission.Permission)
    dataHubEntityOrigin(
        @Ctx() ctx: RequestContext,
        @Args() { entityType, entityId }: { entityType: string; entityId: ID },
    ): Promise<EntityOrigin> {
        return this.origins.originOf(ctx, entityType, entityId);
    }
}
