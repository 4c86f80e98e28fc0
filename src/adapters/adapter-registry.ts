import { AdapterType } from '../sdk/adapter';
import { didYouMean } from '../sdk/did-you-mean';
import { ClassOf, DataExtractor, EntityLoader, HostContext, OperatorDefinition, RuntimeAdapter } from '../sdk/doors';
import { Defect, UserError } from '../sdk/errors';
import { ExporterAdapter } from '../sdk/exporter';
import { ExtractorAdapter } from '../sdk/extractor';
import { LoaderAdapter } from '../sdk/loader';
import { OperatorAdapter } from '../sdk/operator';
import { extractorFromDoor, loaderFromDoor, operatorFromDoor, runtimeOperator } from './plain-adapters';

export type Adapter = ExtractorAdapter | OperatorAdapter | LoaderAdapter | ExporterAdapter;

export interface AdapterRegistryOptions {
    /**
     * Context that plain extractors and operators are called with (loaders get the one of their transaction).
     * Called once per run and step. Without it only `define*` declarations can run.
     */
    requestContext?: () => HostContext;
}

/** All adapters by type and code. One registry serves a server; codes are unique per type. */
export class AdapterRegistry {
    private readonly extractors = new Map<string, ExtractorAdapter>();
    private readonly operators = new Map<string, OperatorAdapter>();
    private readonly loaders = new Map<string, LoaderAdapter>();
    private readonly exporters = new Map<string, ExporterAdapter>();

    constructor(private readonly options: AdapterRegistryOptions = {}) {}

    registerExtractor(adapter: ExtractorAdapter): this;
    registerExtractor(code: string, implementation: DataExtractor | ClassOf<DataExtractor>): this;
    registerExtractor(first: ExtractorAdapter | string, plain?: DataExtractor | ClassOf<DataExtractor>): this {
        const adapter =
            typeof first === 'string' ? extractorFromDoor(first, instanceOf(first, plain), this.context) : first;
        return this.add('EXTRACTOR', this.extractors, adapter);
    }

    registerOperator(adapter: OperatorAdapter): this;
    registerOperator(code: string, implementation: OperatorDefinition | ClassOf<OperatorDefinition>): this;
    registerOperator(first: OperatorAdapter | string, plain?: OperatorDefinition | ClassOf<OperatorDefinition>): this {
        const adapter =
            typeof first === 'string' ? operatorFromDoor(first, instanceOf(first, plain), this.context) : first;
        return this.add('OPERATOR', this.operators, adapter);
    }

    registerLoader(adapter: LoaderAdapter): this;
    registerLoader(code: string, implementation: EntityLoader | ClassOf<EntityLoader>): this;
    registerLoader(first: LoaderAdapter | string, plain?: EntityLoader | ClassOf<EntityLoader>): this {
        const adapter = typeof first === 'string' ? loaderFromDoor(first, instanceOf(first, plain)) : first;
        return this.add('LOADER', this.loaders, adapter);
    }

    /** Exporters have no plain door: where a batch ended is what keeps a resumed run from writing it twice. */
    registerExporter(adapter: ExporterAdapter): this {
        return this.add('EXPORTER', this.exporters, adapter);
    }

    /** The door for adapters that are made while the server runs, with a zod or a JSON Schema. */
    registerRuntime(adapter: RuntimeAdapter): this {
        switch (adapter.type) {
            case 'OPERATOR':
                return this.add('OPERATOR', this.operators, runtimeOperator(adapter));
            case 'EXTRACTOR':
                return this.registerExtractor(adapter.code, adapter);
            case 'LOADER':
                return this.registerLoader(adapter.code, adapter);
        }
    }

    /** Registers whatever declaration it is given. */
    register(...adapters: readonly Adapter[]): this {
        for (const adapter of adapters) {
            if (adapter.type === 'EXTRACTOR') this.registerExtractor(adapter);
            else if (adapter.type === 'OPERATOR') this.registerOperator(adapter);
            else if (adapter.type === 'LOADER') this.registerLoader(adapter);
            else this.registerExporter(adapter);
        }
        return this;
    }

    extractor(code: string): ExtractorAdapter {
        return this.extractors.get(code) ?? this.unknown('EXTRACTOR', code);
    }

    operator(code: string): OperatorAdapter {
        return this.operators.get(code) ?? this.unknown('OPERATOR', code);
    }

    loader(code: string): LoaderAdapter {
        return this.loaders.get(code) ?? this.unknown('LOADER', code);
    }

    exporter(code: string): ExporterAdapter {
        return this.exporters.get(code) ?? this.unknown('EXPORTER', code);
    }

    /** Undefined when there is none; the named getters throw instead. */
    find(type: AdapterType, code: string): Adapter | undefined {
        return this.byType(type).get(code);
    }

    all(type?: AdapterType): Adapter[] {
        const types: readonly AdapterType[] = type ? [type] : ['EXTRACTOR', 'OPERATOR', 'LOADER', 'EXPORTER'];
        return types.flatMap(each => [...this.byType(each).values()]);
    }

    codes(type: AdapterType): string[] {
        return [...this.byType(type).keys()];
    }

    private byType(type: AdapterType): ReadonlyMap<string, Adapter> {
        switch (type) {
            case 'EXTRACTOR':
                return this.extractors;
            case 'OPERATOR':
                return this.operators;
            case 'LOADER':
                return this.loaders;
            case 'EXPORTER':
                return this.exporters;
        }
    }

    private readonly context = (): HostContext => {
        if (this.options.requestContext) return this.options.requestContext();
        throw new Defect(
            'no-request-context',
            'A plain adapter needs a RequestContext, and this registry was created without one.',
            'Pass `requestContext` to AdapterRegistry, or declare the adapter with defineExtractor or defineOperator.',
        );
    };

    private add<A extends Adapter>(type: AdapterType, room: Map<string, A>, adapter: A): this {
        if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(adapter.code)) {
            throw new UserError(
                'adapter-code-invalid',
                `"${adapter.code}" cannot be the code of an adapter: it must be a letter followed by letters and digits.`,
                'Use camelCase, such as "myImport".',
            );
        }
        const present = room.get(adapter.code);
        if (present) {
            throw new UserError(
                'adapter-code-taken',
                `Two adapters of type ${type} have the code "${adapter.code}": "${present.name}" and "${adapter.name}".`,
                'Give one of them another code, such as one with a prefix of your company.',
            );
        }
        room.set(adapter.code, adapter);
        return this;
    }

    private unknown(type: AdapterType, code: string): never {
        throw new UserError(
            'unknown-adapter',
            `There is no ${type.toLowerCase()} with the code "${code}".`,
            didYouMean(code, this.codes(type)),
        );
    }
}

function instanceOf<T extends object>(code: string, plain: T | ClassOf<T> | undefined): T {
    if (typeof plain === 'function') return new plain();
    if (plain !== undefined) return plain;
    throw new UserError(
        'adapter-missing',
        `"${code}" was registered without an implementation.`,
        'Pass an object or a class as the second argument.',
    );
}
