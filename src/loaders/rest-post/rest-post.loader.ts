import { z } from 'zod';
import { isJsonObject, JsonValue } from '../../../shared/json';
import { getPath } from '../../../shared/path';
import type { OutboundHost } from '../../catalog/catalog-scope';
import type { ConfigOf } from '../../sdk/adapter';
import { DataHubError, UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader } from '../../sdk/loader';
import { HttpAnswer, tellsError } from '../http/http-answer';
import { HttpLoad, HttpProtocol } from '../http/http-load';
import { httpFields } from '../http/http-settings';
import { addressFor, hasPlaceholders } from './address';

const schema = config({
    ...httpFields,
    method: field
        .choice('Method', 'What the request asks for.', {
            POST: 'To create; records count as created.',
            PUT: 'To create or replace; records count as updated.',
            PATCH: 'To change; records count as updated.',
        })
        .default('POST'),
    batchField: field
        .text(
            'Batch field',
            'Field of the body that holds the list of records, with batch. Default: the body is the list.',
        )
        .optional(),
    resultsPath: field
        .path('Results', 'Where the answer holds a list with an entry for each record, with batch.')
        .optional(),
    errorPath: field
        .path(
            'Error',
            'Where the answer, or each entry of its results, holds an error although the status is a success.',
        )
        .optional(),
});

type Settings = ConfigOf<{ schema: typeof schema }>;

export const restPostLoader = defineLoader({
    code: 'restPost',
    name: 'REST API',
    description: 'Sends records as JSON to an HTTP API, one by one or in batches.',
    category: 'outbound',
    entityType: 'Request',
    withoutPlan: true,
    schema,
    record: z.record(z.string(), z.json()),
    guarantees:
        'At least once: after a crash the records of a batch that was not committed are sent again, with the same Idempotency-Key. Records of one batch go in their order. What the server refuses is rejected with status and the beginning of the answer; when it cannot be reached or the login is refused, the run tries again and fails in the end, and can be resumed.',
    limits: 'A server that ignores the header Idempotency-Key may see a record twice. With batch an answer that is an error rejects all records of the request, unless resultsPath tells them apart. The transaction of the batch stays open while requests are under way: keep batchSize small when the server is slow.',
    examples: [
        {
            title: 'Products, one by one',
            config: {
                endpoint: 'https://api.example.com/products/{{sku}}',
                method: 'PUT',
                auth: 'BEARER',
                bearerTokenSecretCode: 'api-token',
            },
            record: { sku: '00123', name: 'T-shirt' },
        },
        {
            title: 'Stock in batches',
            config: {
                endpoint: 'https://api.example.com/stock',
                batchMode: 'batch',
                batchField: 'items',
                resultsPath: 'results',
                errorPath: 'error',
            },
            record: { sku: '00123', stock: 4 },
        },
    ],
    async create({ config: settings, host }: { config: Settings; host: OutboundHost }) {
        const { batchMode, endpoint } = settings;
        if (batchMode === 'batch' && hasPlaceholders(endpoint)) {
            throw new UserError(
                'endpoint-differs',
                'Records that go in one request need one address, and this one depends on the record.',
                'Remove the placeholders from the endpoint, or use batchMode single.',
                { field: 'endpoint' },
            );
        }
        return HttpLoad.open(host, settings, protocolOf(settings));
    },
});

function protocolOf({ method, endpoint, batchMode, batchField, resultsPath, errorPath }: Settings): HttpProtocol {
    const isBatch = batchMode === 'batch';
    return {
        method,
        counts: method === 'POST' ? 'created' : 'updated',
        itemOf: ({ data }) => ({ url: addressFor(endpoint, data), value: data }),
        bodyOf: items => {
            const values = items.map(({ value }) => value);
            if (!isBatch) return values[0]!;
            return batchField === undefined ? values : { [batchField]: values };
        },
        refusalsOf: (answer, count) => {
            const all = (error: DataHubError | undefined) => Array<DataHubError | undefined>(count).fill(error);
            if (!answer.isSuccess) return all(answer.refusal());
            if (resultsPath === undefined && errorPath === undefined) return all(undefined);
            const json = answer.json();
            if (!isBatch || resultsPath === undefined) return all(refusalIn(answer, json, errorPath));
            const results = isJsonObject(json) ? getPath(json, resultsPath) : undefined;
            if (!Array.isArray(results) || results.length !== count) {
                return all(answer.unexpected(`holds no list of ${count} results at "${resultsPath}"`));
            }
            return results.map(result => refusalIn(answer, result, errorPath ?? 'error'));
        },
    };
}

function refusalIn(answer: HttpAnswer, result: JsonValue | undefined, errorPath: string | undefined) {
    if (errorPath === undefined || !isJsonObject(result)) return undefined;
    const error = getPath(result, errorPath);
    return tellsError(error) ? answer.refusalBecause(error) : undefined;
}
