export { customAdapter, type CustomAdapterConfig, type ExtractStepConfig, type LoadStepConfig } from './adapter-config';
export { customOperator, operators, type AnyOperatorStep } from './operators';
export { createPipeline, PipelineBuilder, type BuiltPipeline } from './pipeline-builder';
