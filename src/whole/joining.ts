import { JsonObject } from '../../shared/json';
import { isEmpty } from '../operators/conditions/comparison';
import { readerOf, writerOf } from '../operators/field-access';
import { PipelineRecord } from '../sdk/record';
import { JoinOperation } from '../sdk/whole-operation';
import { identityKey } from './keys';

/** A join with its paths compiled: what records match by, and what becomes of a pair. */
export class Joining {
    readonly keepsLeft: boolean;
    readonly keepsRight: boolean;
    private readonly readLeft;
    private readonly readRight;
    private readonly selected;

    constructor(private readonly operation: JoinOperation) {
        this.keepsLeft = operation.type === 'LEFT' || operation.type === 'FULL';
        this.keepsRight = operation.type === 'RIGHT' || operation.type === 'FULL';
        this.readLeft = readerOf(operation.leftKey);
        this.readRight = readerOf(operation.rightKey);
        const { prefix, select = [] } = operation;
        this.selected = select.map(path => ({ read: readerOf(path), write: writerOf(prefix + path) }));
    }

    /** Undefined for an empty key, which matches nothing. */
    leftKey(record: JsonObject): string | undefined {
        return keyOf(this.readLeft(record));
    }

    rightKey(record: JsonObject): string | undefined {
        return keyOf(this.readRight(record));
    }

    /** The record keeps the left one's origin, and has the right one's only when there is no left one. */
    merge(left: PipelineRecord | undefined, right: PipelineRecord | undefined): PipelineRecord {
        const data = { ...left?.data, ...(right && this.taken(right.data)) };
        return { data, origin: (left ?? right)!.origin };
    }

    private taken(right: JsonObject): JsonObject {
        const { prefix, select } = this.operation;
        if (!select) {
            if (prefix === '') return right;
            return Object.fromEntries(Object.entries(right).map(([key, value]) => [prefix + key, value]));
        }
        const taken: JsonObject = {};
        for (const { read, write } of this.selected) {
            const value = read(right);
            if (value !== undefined) write(taken, value);
        }
        return taken;
    }
}

function keyOf(value: Parameters<typeof isEmpty>[0]): string | undefined {
    return isEmpty(value) ? undefined : identityKey([value]);
}
