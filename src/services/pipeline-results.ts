import { ErrorResult } from '@vendure/core';
import { Problem } from '../validation/problem';

/** Expected failures of pipeline operations; the API answers them as members of its result unions. */
export class DataHubDefinitionInvalidError extends ErrorResult {
    override readonly __typename = 'DataHubDefinitionInvalidError';
    override readonly errorCode = 'DATA_HUB_DEFINITION_INVALID_ERROR';
    override readonly message = 'DATA_HUB_DEFINITION_INVALID_ERROR';
    /** For the translated message. */
    readonly problemCount: number;

    constructor(readonly problems: Problem[]) {
        super();
        this.problemCount = problems.filter(({ severity }) => severity === 'ERROR').length;
    }
}

export class DataHubPipelineCodeTakenError extends ErrorResult {
    override readonly __typename = 'DataHubPipelineCodeTakenError';
    override readonly errorCode = 'DATA_HUB_PIPELINE_CODE_TAKEN_ERROR';
    override readonly message = 'DATA_HUB_PIPELINE_CODE_TAKEN_ERROR';

    constructor(readonly code: string) {
        super();
    }
}

export class DataHubPipelineReadOnlyError extends ErrorResult {
    override readonly __typename = 'DataHubPipelineReadOnlyError';
    override readonly errorCode = 'DATA_HUB_PIPELINE_READ_ONLY_ERROR';
    override readonly message = 'DATA_HUB_PIPELINE_READ_ONLY_ERROR';

    constructor(readonly code: string) {
        super();
    }
}

export class DataHubPipelineConflictError extends ErrorResult {
    override readonly __typename = 'DataHubPipelineConflictError';
    override readonly errorCode = 'DATA_HUB_PIPELINE_CONFLICT_ERROR';
    override readonly message = 'DATA_HUB_PIPELINE_CONFLICT_ERROR';

    constructor(readonly currentRevision: number) {
        super();
    }
}

export class DataHubPipelineDisabledError extends ErrorResult {
    override readonly __typename = 'DataHubPipelineDisabledError';
    override readonly errorCode = 'DATA_HUB_PIPELINE_DISABLED_ERROR';
    override readonly message = 'DATA_HUB_PIPELINE_DISABLED_ERROR';

    constructor(readonly code: string) {
        super();
    }
}

export class DataHubPipelineRunningError extends ErrorResult {
    override readonly __typename = 'DataHubPipelineRunningError';
    override readonly errorCode = 'DATA_HUB_PIPELINE_RUNNING_ERROR';
    override readonly message = 'DATA_HUB_PIPELINE_RUNNING_ERROR';

    constructor(readonly code: string) {
        super();
    }
}
