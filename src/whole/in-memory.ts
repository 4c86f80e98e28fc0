import { isEmpty } from '../operators/conditions/comparison';
import { readerOf } from '../operators/field-access';
import { PipelineRecord } from '../sdk/record';
import {
    DistinctOperation,
    GroupOperation,
    JoinOperation,
    SortOperation,
    WholeOperation,
} from '../sdk/whole-operation';
import { Grouping, GroupState } from './group-state';
import { Joining } from './joining';
import { identityKey, sortKey } from './keys';

/** Whole operations on data that fits into memory. */
export function runInMemory(
    operation: WholeOperation,
    main: readonly PipelineRecord[],
    right: readonly PipelineRecord[] = [],
): Iterable<PipelineRecord> {
    switch (operation.kind) {
        case 'SORT':
            return sort(operation, main);
        case 'GROUP':
            return group(operation, main);
        case 'DISTINCT':
            return distinct(operation, main);
        case 'JOIN':
            return join(operation, main, right);
    }
}

/** Compiles what records are sorted by. */
export function sortKeyOf({ by }: SortOperation): (record: PipelineRecord) => string {
    const parts = by.map(({ field, direction }) => ({ read: readerOf(field), direction }));
    return ({ data }) => parts.map(({ read, direction }) => sortKey(read(data), direction)).join('');
}

/** Compiles what makes records equal; undefined when a record has no key at all, and then it is equal to no other. */
export function distinctKeyOf({ by }: DistinctOperation): (record: PipelineRecord) => string | undefined {
    const readers = by.map(readerOf);
    return ({ data }) => {
        const values = readers.map(read => read(data));
        return values.every(isEmpty) ? undefined : identityKey(values);
    };
}

function* sort(operation: SortOperation, main: readonly PipelineRecord[]): Iterable<PipelineRecord> {
    const keyOf = sortKeyOf(operation);
    const keyed = main.map(record => ({ record, key: keyOf(record) }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    for (const { record } of keyed) yield record;
}

function* group(operation: GroupOperation, main: readonly PipelineRecord[]): Iterable<PipelineRecord> {
    const grouping = new Grouping(operation);
    const groups = new Map<string, GroupState>();
    for (const record of main) {
        const key = grouping.keyOf(record.data);
        const needed = grouping.needed(record);
        let state = groups.get(key);
        if (!state) groups.set(key, (state = grouping.begin(needed, record.origin)));
        state.add(needed, record.origin);
    }
    for (const state of groups.values()) yield grouping.recordOf(state);
}

function* distinct(operation: DistinctOperation, main: readonly PipelineRecord[]): Iterable<PipelineRecord> {
    const keyOf = distinctKeyOf(operation);
    const keys = main.map(keyOf);
    const kept = new Map<string, number>();
    keys.forEach((key, i) => {
        if (key !== undefined && (operation.keep === 'LAST' || !kept.has(key))) kept.set(key, i);
    });
    for (const [i, record] of main.entries()) {
        const key = keys[i];
        if (key === undefined || kept.get(key) === i) yield record;
    }
}

function* join(
    operation: JoinOperation,
    main: readonly PipelineRecord[],
    right: readonly PipelineRecord[],
): Iterable<PipelineRecord> {
    const joining = new Joining(operation);
    const byKey = new Map<string, number[]>();
    right.forEach(({ data }, i) => {
        const key = joining.rightKey(data);
        if (key === undefined) return;
        const same = byKey.get(key);
        if (same) same.push(i);
        else byKey.set(key, [i]);
    });
    const matched = new Set<number>();
    for (const left of main) {
        const key = joining.leftKey(left.data);
        const matches = (key !== undefined && byKey.get(key)) || [];
        for (const i of matches) {
            if (joining.keepsRight) matched.add(i);
            yield joining.merge(left, right[i]);
        }
        if (matches.length === 0 && joining.keepsLeft) yield joining.merge(left, undefined);
    }
    if (!joining.keepsRight) return;
    for (const [i, record] of right.entries()) if (!matched.has(i)) yield joining.merge(undefined, record);
}
