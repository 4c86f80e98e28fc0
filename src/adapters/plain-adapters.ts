import { z } from 'zod';
import { isJsonObject, JsonObject } from '../../shared/json';
import { getPath, removePath, setPath } from '../../shared/path';
import {
    DataExtractor,
    EntityLoader,
    HostContext,
    OperatorDefinition,
    OperatorHelpers,
    PlainAdapter,
    RuntimeOperator,
} from '../sdk/doors';
import { Defect, UserError } from '../sdk/errors';
import { ExtractedItem, ExtractorAdapter } from '../sdk/extractor';
import { DirectLoader, LoaderAdapter } from '../sdk/loader';
import { OperatorAdapter } from '../sdk/operator';
import { drop, expand, Outcome, reject } from '../sdk/outcome';
import { Origin } from '../sdk/record';
import { configSchemaFrom } from './config-schema';

/** Items per page: enough that the cost of a page vanishes, few enough to hold. */
const PAGE_ITEMS = 500;

export function extractorFromDoor(code: string, plain: DataExtractor, context: () => HostContext): ExtractorAdapter {
    return {
        type: 'EXTRACTOR',
        ...declared(code, plain),
        guarantees: 'Records arrive in the order in which they are yielded; a resumed run reads from the start.',
        examples: [],
        async *read({ config, context: run }) {
            let items: ExtractedItem[] = [];
            for await (const record of plain.extract(context(), config as JsonObject)) {
                if (run.signal.aborted) return;
                items.push({ data: withoutMeta(record) });
                if (items.length < PAGE_ITEMS) continue;
                yield { items };
                items = [];
            }
            if (items.length > 0) yield { items };
        },
    };
}

export function operatorFromDoor(code: string, plain: OperatorDefinition, context: () => HostContext): OperatorAdapter {
    return {
        type: 'OPERATOR',
        ...declared(code, plain),
        guarantees: 'Works on one record at a time. Null drops the record, a thrown error rejects it.',
        examples: [],
        create({ config }) {
            const ctx = context();
            return async record => {
                const result = await plain.execute(ctx, record, config as JsonObject);
                return result ?? drop(`${code} returned null`);
            };
        },
    };
}

export function loaderFromDoor(code: string, plain: EntityLoader): LoaderAdapter {
    return {
        type: 'LOADER',
        ...declared(code, plain),
        guarantees: 'Writes inside the transaction of its batch. Has no plan: a dry run only counts its records.',
        entityType: plain.entityType,
        withoutPlan: true,
        record: z.record(z.string(), z.json()),
        examples: [],
        async create({ config }): Promise<DirectLoader> {
            return {
                async load(records, scope) {
                    const ctx = contextOf(scope, code);
                    const result = await plain.load(
                        ctx,
                        records.map(record => record.data),
                        config as JsonObject,
                    );
                    const rejected = (result.failed ?? []).map(failure => {
                        const record = records[failure.index];
                        if (record) {
                            const error = new UserError(failure.code ?? 'loader-refused', failure.message);
                            return { record, rejected: reject(error) };
                        }
                        throw new Defect(
                            'loader-result-invalid',
                            `Loader "${code}" reports a failure at index ${failure.index} of a batch of ${records.length}.`,
                            'An index in `failed` is a position in the records that `load` was given.',
                        );
                    });
                    const { created = 0, updated = 0, unchanged = 0 } = result;
                    return { created, updated, unchanged, rejected };
                },
            };
        },
    };
}

export function runtimeOperator(runtime: RuntimeOperator): OperatorAdapter {
    return {
        type: 'OPERATOR',
        ...declared(runtime.code, runtime),
        guarantees: 'Sees one record at a time. A record that is not returned is dropped.',
        examples: [],
        create({ config }) {
            return async (record, origin) => {
                const given = { ...record, _meta: { sourceStep: origin.step, index: origin.index } };
                const result = await runtime.apply([given], config as JsonObject, helpers);
                return outcomeOf(runtime.code, result, origin);
            };
        },
    };
}

function outcomeOf(code: string, result: { records: JsonObject[] } | undefined, origin: Origin): JsonObject | Outcome {
    if (!Array.isArray(result?.records)) {
        throw new Defect(
            'operator-result-invalid',
            `Operator "${code}" did not return { records: […] }.`,
            'Return the records that go on, each with the _meta it came with.',
        );
    }
    const stranger = result.records.find(record => {
        const meta = record['_meta'];
        return isJsonObject(meta) && (meta['index'] !== origin.index || meta['sourceStep'] !== origin.step);
    });
    if (stranger) {
        throw new Defect(
            'operator-result-invalid',
            `Operator "${code}" returned a record of another call (${JSON.stringify(stranger['_meta'])}).`,
            'Return only records that were made from those that `apply` was given; hold nothing back between calls.',
        );
    }
    const records = result.records.map(withoutMeta);
    if (records.length === 0) return drop(`${code} did not return it`);
    return records.length === 1 ? records[0]! : expand(records);
}

const helpers: OperatorHelpers = { get: getPath, set: setPath, remove: removePath };

function withoutMeta(record: JsonObject): JsonObject {
    if (!('_meta' in record)) return record;
    const { _meta, ...data } = record;
    return data;
}

function declared(code: string, plain: PlainAdapter & { name?: string }) {
    return {
        code,
        name: plain.name ?? code,
        description: plain.description ?? `Custom adapter "${code}".`,
        category: plain.category ?? 'custom',
        schema: configSchemaFrom(code, plain.schema),
    };
}

function contextOf(scope: unknown, code: string): HostContext {
    const ctx = (scope as { ctx?: HostContext } | undefined)?.ctx;
    if (ctx) return ctx;
    throw new Defect('no-request-context', `Loader "${code}" was called without a transaction.`);
}
