import { z } from 'zod';
import { isJsonObject, JsonObject, JsonValue } from '../../../shared/json';
import { getPath, setPath } from '../../../shared/path';
import type { OutboundHost } from '../../catalog/catalog-scope';
import type { ConfigOf } from '../../sdk/adapter';
import type { DataHubError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { HttpAnswer, tellsError } from '../http/http-answer';
import { HttpLoad, HttpProtocol } from '../http/http-load';
import { httpFields } from '../http/http-settings';
import { checkMutation } from './check-mutation';

const schema = config({
    ...httpFields,
    mutation: field.text('Mutation', 'One GraphQL mutation with variables.', {
        example: 'mutation ($input: ProductInput!) { createProduct(input: $input) { id } }',
    }),
    variableMapping: field
        .map(
            z.string().min(1),
            'Variables',
            'Path in the record and, for each, the variable or the path in a variable it goes to. Default: every field of the record is the variable of its name.',
            { example: { sku: 'input.sku', name: 'input.name' } },
        )
        .optional(),
    errorPath: field
        .path(
            'Error',
            'Where the data of the answer hold errors of the record besides GraphQL’s own, such as createProduct.userErrors.',
        )
        .optional(),
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const graphqlMutationLoader = defineLoader({
    code: 'graphqlMutation',
    name: 'GraphQL mutation',
    description:
        'Sends records to a GraphQL API as variables of a mutation, one by one or several operations in one request.',
    category: 'outbound',
    entityType: 'Request',
    withoutPlan: true,
    schema,
    record: z.record(z.string(), z.json()),
    guarantees:
        'At least once: after a crash the records of a batch that was not committed are sent again, with the same Idempotency-Key. A record whose operation has errors is rejected with their messages, also when the rest of its request went well; when the server cannot be reached or the login is refused, the run tries again and fails in the end, and can be resumed.',
    limits: 'A server that ignores the header Idempotency-Key may see a record twice. The batch mode sends a list of operations, which not every server takes. The transaction of the batch stays open while requests are under way: keep batchSize small when the server is slow.',
    examples: [
        {
            title: 'Products of another shop',
            config: {
                endpoint: 'https://shop.example.com/admin-api',
                mutation: 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }',
                variableMapping: { slug: 'input.translations.0.slug', name: 'input.translations.0.name' },
                auth: 'BEARER',
                bearerTokenSecretCode: 'shop-token',
            },
            record: { slug: 't-shirt', name: 'T-shirt' },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: OutboundHost }) {
        checkMutation(settings.mutation, Object.values(settings.variableMapping ?? {}));
        return HttpLoad.open(host, settings, protocolOf(settings));
    },
});

function protocolOf({ endpoint, mutation, variableMapping, batchMode, errorPath }: Settings): HttpProtocol {
    const isBatch = batchMode === 'batch';
    return {
        method: 'POST',
        counts: 'created',
        itemOf: ({ data }) => ({
            url: endpoint,
            value: { query: mutation, variables: variablesOf(data, variableMapping) },
        }),
        bodyOf: items => (isBatch ? items.map(({ value }) => value) : items[0]!.value),
        refusalsOf: (answer, count) => {
            const all = (error: DataHubError | undefined) => Array<DataHubError | undefined>(count).fill(error);
            const json = answer.json();
            const results = isBatch ? json : json === undefined ? undefined : [json];
            if (Array.isArray(results) && results.length === count && (answer.isSuccess || results.every(isResult))) {
                return results.map(result => refusalIn(answer, result, errorPath));
            }
            if (isJsonObject(json) && tellsError(json['errors'])) return all(answer.refusalBecause(json['errors']));
            if (!answer.isSuccess) return all(answer.refusal());
            return all(answer.unexpected(isBatch ? `is no list of ${count} results` : 'is no JSON'));
        },
    };
}

/** Absent fields are absent variables; null is null. */
function variablesOf(data: JsonObject, mapping: Record<string, string> | undefined): JsonObject {
    if (!mapping) return data;
    const variables: JsonObject = {};
    for (const [from, to] of Object.entries(mapping)) {
        const value = getPath(data, from);
        if (value === undefined) continue;
        makeLists(variables, to);
        setPath(variables, to, value);
    }
    return variables;
}

/** A number in a path that leads to nothing yet means a place in a list. */
function makeLists(variables: JsonObject, path: string): void {
    const parts = path.split('.');
    parts.forEach((part, i) => {
        const list = parts.slice(0, i).join('.');
        if (i > 0 && /^\d+$/.test(part) && getPath(variables, list) === undefined) setPath(variables, list, []);
    });
}

function isResult(result: JsonValue): boolean {
    return isJsonObject(result) && ('data' in result || 'errors' in result);
}

function refusalIn(answer: HttpAnswer, result: JsonValue, errorPath: string | undefined): DataHubError | undefined {
    if (!isJsonObject(result)) return answer.unexpected('holds something that is no result');
    const { errors, data } = result;
    if (tellsError(errors)) return answer.refusalBecause(errors);
    if (!isJsonObject(data)) return answer.unexpected('holds no data');
    const error = errorPath === undefined ? undefined : getPath(data, errorPath);
    return tellsError(error) ? answer.refusalBecause(error) : undefined;
}
