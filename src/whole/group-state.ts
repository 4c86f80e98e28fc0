import { JsonObject, JsonValue } from '../../shared/json';
import { isEmpty } from '../operators/conditions/comparison';
import { readerOf, writerOf } from '../operators/field-access';
import { KeyMemory } from '../operators/rows/key-memory';
import { UserError } from '../sdk/errors';
import { Origin, PipelineRecord } from '../sdk/record';
import { Aggregate, GroupOperation } from '../sdk/whole-operation';
import { ExactSum } from './exact-sum';
import { identityKey, sortKey } from './keys';
import { sizeOf } from './memory-room';

export const MAX_COLLECTED = 100_000;
const MAX_COLLECTED_BYTES = 16 * 1024 ** 2;
/** Up to here values are told apart exactly, beyond it by 64-bit hashes. */
const exactlyDistinct = 1_000;

/** The values that a group operation needs of one record, in a fixed order; the rest of the record is not carried along. */
export type Needed = (JsonValue | undefined)[];

/** A group operation with its paths compiled. */
export class Grouping {
    private readonly readBy;
    private readonly readOf;
    private readonly writeBy;
    private readonly writeInto;

    constructor(private readonly operation: GroupOperation) {
        this.readBy = operation.by.map(readerOf);
        this.readOf = operation.aggregates.map(({ of }) =>
            of === undefined ? (record: JsonObject): JsonValue => record : readerOf(of),
        );
        this.writeBy = operation.by.map(writerOf);
        this.writeInto = operation.aggregates.map(({ into }) => writerOf(into));
    }

    keyOf(record: JsonObject): string {
        return identityKey(this.readBy.map(read => read(record)));
    }

    needed({ data }: PipelineRecord): Needed {
        const values = this.readBy.map(read => read(data));
        this.operation.aggregates.forEach((aggregate, i) => {
            // Counting records needs nothing of them.
            const isCount = aggregate.with === 'COUNT' && aggregate.of === undefined;
            values.push(isCount ? true : this.readOf[i]!(data));
        });
        return values;
    }

    begin(first: Needed, origin: Origin): GroupState {
        return new GroupState(this.operation, first.slice(0, this.readBy.length), origin);
    }

    /** The record of a group that is complete. */
    recordOf(state: GroupState): PipelineRecord {
        const data: JsonObject = {};
        const write = (writer: (record: JsonObject, value: JsonValue) => void, value: JsonValue | undefined): void => {
            if (value !== undefined) writer(data, value);
        };
        state.by.forEach((value, i) => write(this.writeBy[i]!, value));
        state.results().forEach((value, i) => write(this.writeInto[i]!, value));
        return { data, origin: state.origin };
    }
}

/** What is known of a group so far. Empty values (absent, null, blank text, empty list) count for no aggregate. */
export class GroupState {
    private readonly accumulators: Accumulator[];

    constructor(
        private readonly operation: GroupOperation,
        readonly by: Needed,
        /** Of the group's first record. */
        readonly origin: Origin,
    ) {
        this.accumulators = operation.aggregates.map(aggregate => accumulatorOf(aggregate));
    }

    add(needed: Needed, origin: Origin): void {
        for (let i = 0; i < this.accumulators.length; i++) {
            const value = needed[this.operation.by.length + i];
            if (value !== undefined && !isEmpty(value)) this.accumulators[i]!.add(value, origin);
        }
    }

    /** One for each aggregate; undefined when it had no value, and then the field stays absent. */
    results(): (JsonValue | undefined)[] {
        return this.accumulators.map(accumulator => accumulator.result());
    }
}

interface Accumulator {
    add(value: JsonValue, origin: Origin): void;
    result(): JsonValue | undefined;
}

type AggregateSetting = GroupOperation['aggregates'][number];

function accumulatorOf(setting: AggregateSetting): Accumulator {
    return accumulators[setting.with](setting);
}

const accumulators: Record<Aggregate, (setting: AggregateSetting) => Accumulator> = {
    COUNT: () => {
        let count = 0;
        return { add: () => void count++, result: () => count };
    },
    COUNT_DISTINCT: () => {
        let exact: Set<string> | undefined = new Set();
        const hashed = new KeyMemory();
        return {
            add(value) {
                const key = identityKey([value]);
                if (!exact) return void hashed.add(key);
                exact.add(key);
                if (exact.size <= exactlyDistinct) return;
                for (const each of exact) hashed.add(each);
                exact = undefined;
            },
            result: () => exact?.size ?? hashed.size,
        };
    },
    SUM: setting => exact(setting, sum => sum.sum()),
    AVG: setting => exact(setting, sum => sum.mean()),
    MIN: () => extreme((a, b) => a < b),
    MAX: () => extreme((a, b) => a > b),
    FIRST: () => {
        let first: JsonValue | undefined;
        return { add: value => void (first ??= value), result: () => first };
    },
    LAST: () => {
        let last: JsonValue | undefined;
        return { add: value => void (last = value), result: () => last };
    },
    COLLECT: ({ into }) => {
        const values: JsonValue[] = [];
        let bytes = 0;
        return {
            add(value) {
                bytes += sizeOf(value);
                if (values.length === MAX_COLLECTED || bytes > MAX_COLLECTED_BYTES) throw tooMuchToCollect(into);
                values.push(value);
            },
            result: () => values,
        };
    },
};

function exact({ of = '', with: name }: AggregateSetting, result: (sum: ExactSum) => JsonValue): Accumulator {
    const sum = new ExactSum();
    return {
        add(value, origin) {
            if (sum.add(value)) return;
            const { file, line, index } = origin;
            throw new UserError(
                'not-a-number',
                `${name} of "${of}" cannot be calculated, because a record holds something that is no number there.`,
                'Convert the field with "toNumber" in an earlier step, which refuses such records one by one.',
                { file, line, index, field: of, got: value },
            );
        },
        result: () => (sum.count === 0 ? undefined : result(sum)),
    };
}

/** By the order that sorting uses; the first of equal values. */
function extreme(isBetter: (a: string, b: string) => boolean): Accumulator {
    let best: { value: JsonValue; key: string } | undefined;
    return {
        add(value) {
            const key = sortKey(value, 'ASC');
            if (!best || isBetter(key, best.key)) best = { value, key };
        },
        result: () => best?.value,
    };
}

function tooMuchToCollect(into: string): UserError {
    return new UserError(
        'group-too-large',
        `A group has more than ${MAX_COLLECTED} values or ${MAX_COLLECTED_BYTES / 1024 ** 2} MB to collect into "${into}", which is too much for one record.`,
        'Group by more fields, or use an aggregate that gives one value, such as COUNT.',
        { field: into },
    );
}
