import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '@vendure/core';
import { Adapter, AdapterRegistry } from '../adapters/adapter-registry';
import { AdapterType } from '../sdk/adapter';
import type { RuntimeAdapter } from '../sdk/doors';
import { Defect } from '../sdk/errors';
import { DATA_HUB_OPTIONS, ResolvedDataHubOptions } from './data-hub-options';

/** The adapters that come with DataHub. */
export const BUILT_IN_ADAPTERS = Symbol('BUILT_IN_ADAPTERS');

/**
 * All adapters of this process: the built-in ones, those of the plugin's options, and those that other plugins register
 * in their `onModuleInit`. Server and workers must register the same ones.
 */
@Injectable()
export class DataHubRegistryService {
    /** What the engine and the validation read. */
    readonly registry: AdapterRegistry;

    readonly registerExtractor: AdapterRegistry['registerExtractor'];
    readonly registerOperator: AdapterRegistry['registerOperator'];
    readonly registerLoader: AdapterRegistry['registerLoader'];
    readonly registerExporter: AdapterRegistry['registerExporter'];

    private readonly contexts = new AsyncLocalStorage<RequestContext>();

    constructor(
        @Inject(DATA_HUB_OPTIONS) options: ResolvedDataHubOptions,
        @Inject(BUILT_IN_ADAPTERS) builtIn: readonly Adapter[],
    ) {
        this.registry = new AdapterRegistry({ requestContext: () => this.currentContext() });
        this.registry.register(...builtIn, ...options.adapters);
        this.registerExtractor = this.registry.registerExtractor.bind(this.registry);
        this.registerOperator = this.registry.registerOperator.bind(this.registry);
        this.registerLoader = this.registry.registerLoader.bind(this.registry);
        this.registerExporter = this.registry.registerExporter.bind(this.registry);
    }

    /** For adapters that are described by a plain object, with a zod or a JSON Schema. */
    registerRuntime(adapter: RuntimeAdapter): this {
        this.registry.registerRuntime(adapter);
        return this;
    }

    all(type?: AdapterType): Adapter[] {
        return this.registry.all(type);
    }

    /** Adapters that are called in `work` get `ctx`: one registry serves runs of several channels and users at once. */
    withRequestContext<T>(ctx: RequestContext, work: () => T): T {
        return this.contexts.run(ctx, work);
    }

    private currentContext(): RequestContext {
        const ctx = this.contexts.getStore();
        if (ctx) return ctx;
        throw new Defect('no-request-context', 'An adapter that needs a RequestContext was called outside a run.');
    }
}
