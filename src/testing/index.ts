/** `@vendure/data-hub/testing`: for specs of custom adapters, with any test runner. */
export {
    declarationFaults,
    describeAdapterConformance,
    fieldFaults,
    secretFaults,
    type TestRunner,
} from './conformance';
export { runOperator, type OperatorRun, type RunOperatorOptions } from './run-operator';
export { AdapterRegistry, type Adapter, type AdapterRegistryOptions } from '../adapters/adapter-registry';
