/* Checked by the compiler, never run: the extension points as the architecture prints them. */
import type { RequestContext } from '@vendure/core';
import {
    DataExtractor,
    DataHubRegistryService,
    EntityLoader,
    JsonObject,
    LoadConfig,
    LoadResult,
    OperatorDefinition,
} from './public-sdk';

class HttpApiExtractor implements DataExtractor {
    code = 'httpApi';
    name = 'HTTP API';

    async *extract(ctx: RequestContext, config: JsonObject): AsyncGenerator<JsonObject> {
        yield { channel: ctx.channel.code, url: config['url'] ?? null };
    }
}

const renameOperator: OperatorDefinition = {
    code: 'rename',
    name: 'Rename',
    execute(ctx: RequestContext, record: JsonObject, args: JsonObject): JsonObject | null {
        return ctx.channel.code === '' ? null : { ...record, ...args };
    },
};

class ProductLoader implements EntityLoader {
    code = 'product';
    entityType = 'Product';

    async load(ctx: RequestContext, records: JsonObject[], config: LoadConfig): Promise<LoadResult> {
        return { created: records.length, failed: config['strict'] ? [{ index: 0, message: ctx.channel.code }] : [] };
    }
}

export function registerByCode(registry: DataHubRegistryService): void {
    registry.registerExtractor('httpApi', HttpApiExtractor);
    registry.registerOperator('rename', renameOperator);
    registry.registerLoader('product', ProductLoader);
}

export function registerAtRuntime(registry: DataHubRegistryService): void {
    registry.registerRuntime({
        type: 'OPERATOR',
        code: 'myCustomOp',
        name: 'My Custom Operator',
        description: 'Does something custom',
        category: 'CUSTOM',
        schema: {/* JSON schema for config */},
        async apply(records, config, helpers) {
            for (const record of records) helpers.set(record, 'seen', config['mark'] ?? true);
            return { records: records.map(r => ({ ...r, customField: 'value' })) };
        },
    });
}

// @ts-expect-error an operator is no extractor
export const wrongDoor = (registry: DataHubRegistryService) => registry.registerExtractor('rename', renameOperator);
