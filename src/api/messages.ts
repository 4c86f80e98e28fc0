import type { VendureTranslationResources } from '@vendure/core';

/** English texts of error results and faults; `{ name }` is filled in from the error. */
export const messages: VendureTranslationResources = {
    error: {
        'data-hub-user-error': '{ sentence }',
        'data-hub-pipeline-code-taken': 'Another pipeline has the code "{ code }". Choose another code.',
        'data-hub-pipeline-unknown': 'There is no such pipeline. It may have been deleted meanwhile.',
    },
    errorResult: {
        DATA_HUB_DEFINITION_INVALID_ERROR:
            'The definition of the pipeline has { problemCount, plural, one {a problem} other {# problems} } and cannot be run.',
        DATA_HUB_PIPELINE_CODE_TAKEN_ERROR: 'Another pipeline has the code "{ code }". Choose another code.',
        DATA_HUB_PIPELINE_READ_ONLY_ERROR:
            'The pipeline "{ code }" is defined in code and cannot be changed here. Change it in the options of DataHubPlugin.',
        DATA_HUB_PIPELINE_CONFLICT_ERROR:
            'Somebody else changed the pipeline meanwhile; it is at revision { currentRevision } now. Load it again and repeat your change.',
        DATA_HUB_PIPELINE_DISABLED_ERROR: 'The pipeline "{ code }" is disabled. Enable it to run it.',
        DATA_HUB_PIPELINE_RUNNING_ERROR:
            'A run of the pipeline "{ code }" has not ended yet. Cancel it, or wait until it ends.',
    },
    message: {},
};
