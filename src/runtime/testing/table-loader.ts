import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import type { ChangeSet } from '../../sdk/change-set';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineLoader, Loader } from '../../sdk/loader';
import { reject, Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import type { MemoryScope } from './memory-database';

type Phase = 'keysOf' | 'resolve' | 'compare' | 'apply' | 'afterCommit';

/** Decides what goes wrong: throw from it to make `phase` fail for the records whose keys it is given. */
export type Faults = (phase: Phase, keys: readonly string[]) => void | Promise<void>;

interface TableLoaderCalls {
    resolved: string[][];
    applied: string[][];
    committed: string[][];
    afterRuns: number;
}

interface State {
    live: Map<string, JsonObject | undefined>;
}

/** Writes records to a table of a MemoryDatabase by their `sku`, the way a real loader does: resolve, compare, apply. */
export function tableLoader(code = 'table', faults: Faults = () => undefined) {
    const calls: TableLoaderCalls = { resolved: [], applied: [], committed: [], afterRuns: 0 };
    const adapter = defineLoader({
        code,
        name: 'Table',
        description: 'Writes records to a table in memory.',
        category: 'test',
        guarantees: 'None beyond a test.',
        entityType: 'Row',
        record: z.record(z.string(), z.json()),
        examples: [],
        schema: config({ table: field.text('Table', 'Name of the table.').default('items') }),
        create: async ({ config: { table } }) => loaderOf(table, faults, calls),
    });
    return { adapter, calls };
}

function loaderOf(table: string, faults: Faults, calls: TableLoaderCalls): Loader<MemoryScope, State> {
    const keyOf = (record: JsonObject): string => (typeof record.sku === 'string' ? record.sku : '');
    const keysOf = (changeSets: readonly ChangeSet[]): string[] => changeSets.map(({ key }) => key);
    return {
        keysOf(record) {
            void faults('keysOf', [keyOf(record)]);
            return [`sku:${keyOf(record)}`];
        },
        nameOf: keyOf,
        async resolve(records, scope) {
            const keys = records.map(({ data }) => keyOf(data));
            calls.resolved.push(keys);
            await scope.database.point('resolve');
            await faults('resolve', keys);
            return { live: new Map(keys.map(key => [key, scope.get(table, key)])) };
        },
        compare(record, { live }) {
            void faults('compare', [keyOf(record.data)]);
            return compare(record, keyOf(record.data), live);
        },
        async apply(changeSets, _state, scope) {
            calls.applied.push(keysOf(changeSets));
            for (const { key, entities } of changeSets) {
                const row = { ...scope.get(table, key) };
                for (const { path, after } of entities[0]!.fields) row[path] = after!;
                row.writes = Number(row.writes ?? 0) + 1;
                scope.set(table, key, row);
            }
            await scope.database.point('apply');
            await faults('apply', keysOf(changeSets));
        },
        async afterCommit(changeSets) {
            calls.committed.push(keysOf(changeSets));
            await faults('afterCommit', keysOf(changeSets));
        },
        async afterRun() {
            calls.afterRuns++;
        },
    };
}

function compare(record: PipelineRecord, key: string, live: State['live']): ChangeSet | Rejected {
    if (!key) return reject(new UserError('no-sku', 'The record has no SKU.', 'Map a field to "sku".'));
    const row = live.get(key);
    const fields = Object.entries(record.data)
        .filter(([path, after]) => JSON.stringify(row?.[path]) !== JSON.stringify(after))
        .map(([path, after]) => ({ path, before: row?.[path], after }));
    if (fields.length === 0) return { action: 'UNCHANGED', key, entities: [] };
    const action = row ? 'UPDATE' : 'CREATE';
    return { action, key, entities: [{ entityType: 'Row', entityId: row ? key : null, key, action, fields }] };
}
