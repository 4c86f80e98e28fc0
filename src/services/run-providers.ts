import { AdapterRuntimeService } from './adapter-runtime.service';
import { CheckpointService } from './checkpoint.service';
import { PipelineLogService } from './pipeline-log.service';
import { PipelineRunnerService } from './pipeline-runner.service';
import { RecordErrorService } from './record-error.service';
import { RunContextFactory } from './run-context';
import { RunDispatcher } from './run-dispatcher';

/** Everything that starts, executes and records runs. The plugin adds `FILE_ACCESS` and `OUTBOUND_HTTP`. */
export const runProviders = [
    AdapterRuntimeService,
    CheckpointService,
    PipelineLogService,
    PipelineRunnerService,
    RecordErrorService,
    RunContextFactory,
    RunDispatcher,
];
