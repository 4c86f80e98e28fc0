import { UseFilters } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, ForbiddenError, RequestContext } from '@vendure/core';
import { type FilePreview, FilePreviewService } from '../../services/files/file-preview.service';
import { type DraftRequest, MappingService, type Suggested } from '../../services/files/mapping.service';
import { DataHubPipelinePermission, UploadDataHubFilePermission } from '../../services/permissions';
import { UserErrorFilter } from '../user-error.filter';

@Resolver()
@UseFilters(UserErrorFilter)
export class FileResolver {
    constructor(
        private readonly previews: FilePreviewService,
        private readonly mappings: MappingService,
    ) {}

    @Query()
    @Allow(UploadDataHubFilePermission.Permission, DataHubPipelinePermission.Create, DataHubPipelinePermission.Update)
    dataHubFilePreview(
        @Ctx() ctx: RequestContext,
        @Args() { file, rows }: { file: unknown; rows?: number | null },
    ): Promise<FilePreview> {
        assertMayRead(ctx, file);
        return this.previews.preview(file, rows ?? undefined);
    }

    @Query()
    @Allow(UploadDataHubFilePermission.Permission, DataHubPipelinePermission.Create, DataHubPipelinePermission.Update)
    dataHubMappingSuggestions(
        @Ctx() ctx: RequestContext,
        @Args() { file, loader }: { file: unknown; loader: string },
    ): Promise<Suggested> {
        assertMayRead(ctx, file);
        return this.mappings.suggest(ctx, file, loader);
    }

    @Query()
    @Allow(DataHubPipelinePermission.Read)
    dataHubMappingTargets(@Ctx() ctx: RequestContext, @Args() { loader }: { loader: string }) {
        return this.mappings.targets(ctx, loader);
    }

    @Query()
    @Allow(DataHubPipelinePermission.Create, DataHubPipelinePermission.Update)
    dataHubPipelineDraft(@Ctx() ctx: RequestContext, @Args() { input }: { input: DraftRequest }) {
        return this.mappings.draft(ctx, input);
    }
}

@Resolver('DataHubFilePreview')
export class FilePreviewFieldResolver {
    @ResolveField()
    styles(@Parent() { styles }: FilePreview) {
        return styles.map(({ style, loader, confidence }) => ({ ...style, loader, confidence }));
    }
}

/** The ids of uploads are secrets of those who uploaded; paths can be guessed, so they are for those who write pipelines. */
function assertMayRead(ctx: RequestContext, file: unknown): void {
    const hasPath = typeof file === 'object' && file !== null && 'path' in file;
    const mayWrite = ctx.userHasPermissions([DataHubPipelinePermission.Create, DataHubPipelinePermission.Update]);
    if (hasPath && !mayWrite) throw new ForbiddenError();
}
