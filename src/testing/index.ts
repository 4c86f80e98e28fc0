/** `@vendure/data-hub/testing`: for specs of custom adapters and of pipelines. Needs vitest. */
export { declarationFaults, describeAdapterConformance, fieldFaults, secretFaults } from './conformance';
export { runOperator, type OperatorRun, type RunOperatorOptions } from './run-operator';
export { AdapterRegistry, type Adapter, type AdapterRegistryOptions } from '../adapters/adapter-registry';
