import { ResolveField, Resolver } from '@nestjs/graphql';
import { isGraphQlErrorResult } from '@vendure/core';

/** Without these a mutation fails after its transaction has committed. */
@Resolver('CreateDataHubPipelineResult')
export class CreatePipelineResultResolver {
    @ResolveField()
    __resolveType(value: object): string {
        return typeNameOf(value, 'DataHubPipeline');
    }
}

@Resolver('UpdateDataHubPipelineResult')
export class UpdatePipelineResultResolver {
    @ResolveField()
    __resolveType(value: object): string {
        return typeNameOf(value, 'DataHubPipeline');
    }
}

@Resolver('DeleteDataHubPipelineResult')
export class DeletePipelineResultResolver {
    @ResolveField()
    __resolveType(value: object): string {
        return typeNameOf(value, 'DataHubDeleted');
    }
}

@Resolver('RunDataHubPipelineResult')
export class RunPipelineResultResolver {
    @ResolveField()
    __resolveType(value: object): string {
        return typeNameOf(value, 'DataHubRun');
    }
}

function typeNameOf(value: object, success: string): string {
    return isGraphQlErrorResult(value as never) ? (value as { __typename: string }).__typename : success;
}
