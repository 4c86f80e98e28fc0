export {
    customAdapter,
    type CustomAdapterConfig,
    type ExportStepConfig,
    type ExtractStepConfig,
    type LoadStepConfig,
} from './adapter-config';
export type { BuiltPipeline } from './draft';
export { customOperator, operators, type AnyOperatorStep } from './operators';
export { createPipeline, PipelineBuilder } from './pipeline-builder';
export type { GateSettings, LoadOptions, RouteSettings, StepOptions } from './step-options';
