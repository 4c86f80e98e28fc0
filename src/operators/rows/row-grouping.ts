import { JsonObject, JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { SequenceOperator, SequenceOutput } from '../../sdk/operator';
import { Origin, PipelineRecord } from '../../sdk/record';
import { isEmpty } from '../conditions/comparison';
import { FieldReader, readerOf } from '../field-access';
import type { GroupConfig } from './group.operator';
import { childTest, groupAssembler } from './group-assembler';
import { KeyMemory } from './key-memory';

const MAX_LINES = 10_000;

/** The rows of one group as they arrive; a refused group keeps no rows, it refuses those that still come. */
interface OpenGroup {
    key: string;
    rows: PipelineRecord[];
    /** Those of the rows that make no item, because their key came earlier; what they say of the whole counts all the same. */
    withoutItem: Set<PipelineRecord>;
    refusedBecause?: UserError;
}

export class RowGrouping implements SequenceOperator {
    private readonly keyOf: FieldReader;
    private readonly assemble: ReturnType<typeof groupAssembler>;
    private readonly makesItem: (row: JsonObject) => boolean;
    private readonly itemKey: FieldReader[];
    private readonly seen: KeyMemory | undefined;
    private readonly seenItems = new KeyMemory();
    /** Where the first keys came, for the sentence that names them; further ones do without. */
    private readonly itemLines = new Map<string, number>();
    private open: OpenGroup | undefined;
    private last: Origin | undefined;

    constructor(private readonly config: GroupConfig) {
        this.keyOf = readerOf(config.key);
        this.assemble = groupAssembler(config);
        this.makesItem = childTest(config.skipChildWhenEmpty);
        this.itemKey = (config.childKey ?? []).map(readerOf);
        const mustRemember = config.continuation === 'SAME_KEY' && config.onSplitGroup === 'REJECT';
        this.seen = mustRemember ? new KeyMemory() : undefined;
    }

    push(row: PipelineRecord, output: SequenceOutput): void {
        const followsGap = this.followsGap(row.origin);
        this.last = row.origin;
        const key = keyText(this.keyOf(row.data));
        if (key !== '') {
            if (this.config.continuation === 'SAME_KEY' && key === this.open?.key) return this.add(row, output);
            this.close(output);
            this.start(key);
            return this.add(row, output);
        }
        if (isEmptyRow(row.data)) return output.drop(row, 'the row is empty');
        if (this.config.continuation === 'SAME_KEY') return output.reject(row, this.keyMissing());
        if (!this.open) return output.reject(row, this.nothingAbove());
        if (followsGap && this.config.onGap === 'REJECT') {
            // The group above is whole; only what follows the gap has an uncertain owner.
            this.close(output);
            this.open = { key: '', rows: [], withoutItem: new Set(), refusedBecause: this.ownerUncertain() };
        }
        this.add(row, output);
    }

    flush(output: SequenceOutput): void {
        this.close(output);
    }

    private start(key: string): void {
        this.open = { key, rows: [], withoutItem: new Set() };
        if (this.seen && !this.seen.add(key)) this.open.refusedBecause = this.standsApart(key);
    }

    private add(row: PipelineRecord, output: SequenceOutput): void {
        const group = this.open!;
        if (!group.refusedBecause && group.rows.length >= this.config.maxRows) {
            group.refusedBecause = this.tooManyRows(group);
            for (const held of group.rows) if (!group.withoutItem.has(held)) output.reject(held, group.refusedBecause);
            group.rows = [];
        }
        if (group.refusedBecause) return output.reject(row, group.refusedBecause);
        group.rows.push(row);
        const twice = this.sameItem(row);
        if (!twice) return;
        group.withoutItem.add(row);
        output.reject(row, twice);
    }

    private sameItem({ data: row, origin }: PipelineRecord): UserError | undefined {
        if (this.itemKey.length === 0 || !this.makesItem(row)) return undefined;
        const values = this.itemKey.map(read => keyText(read(row)));
        const key = JSON.stringify(values);
        if (values.every(value => value === '')) return undefined;
        if (this.seenItems.add(key)) {
            if (origin.line !== undefined && this.itemLines.size < MAX_LINES) this.itemLines.set(key, origin.line);
            return undefined;
        }
        const line = this.itemLines.get(key);
        const names = this.config.childKey!.join(', ');
        const got = values.join(', ');
        return new UserError(
            'group-item-twice',
            `A row with the ${names} "${got}" came earlier already${line === undefined ? '' : ` in line ${line}`}, so this one makes no second item.`,
            'Remove one of the two from the source, or correct its key.',
            { field: names, got, key: got },
        );
    }

    private close(output: SequenceOutput): void {
        const group = this.open;
        this.open = undefined;
        // Of a group whose rows were all refused nothing is left to say.
        if (group && group.rows.length > group.withoutItem.size)
            output.keep(this.assemble(group.rows, group.withoutItem));
    }

    /** Positions count every row of the source, so a missing number is a row that was refused or left out before. */
    private followsGap(origin: Origin): boolean {
        const { last } = this;
        return last !== undefined && (origin.step !== last.step || origin.index > last.index + 1);
    }

    private keyMissing(): UserError {
        const { key } = this.config;
        return new UserError(
            'group-key-missing',
            `The row has no "${key}", so it is not known which rows it belongs to.`,
            `Fill "${key}" in every row, or set continuation to EMPTY_KEY if an empty one continues the row above.`,
            { field: key },
        );
    }

    private nothingAbove(): UserError {
        const { key } = this.config;
        return new UserError(
            'group-continues-nothing',
            `The row has an empty "${key}", which continues the row above, and there is none.`,
            `Fill "${key}" in the first row.`,
            { field: key },
        );
    }

    private ownerUncertain(): UserError {
        const { key } = this.config;
        return new UserError(
            'group-owner-uncertain',
            `The row has an empty "${key}", and the row above it was refused or left out: it may belong to that one.`,
            'Correct the row above and import both again, or set onGap to CONTINUE if such rows are left out on purpose.',
            { field: key },
        );
    }

    private standsApart(key: string): UserError {
        return new UserError(
            'group-split',
            `Rows with ${this.config.key} "${key}" came earlier already, with other rows in between.`,
            `Sort the source by "${this.config.key}", or set onSplitGroup to NEW_GROUP.`,
            { field: this.config.key, got: key, key },
        );
    }

    private tooManyRows(group: OpenGroup): UserError {
        const { key, maxRows } = this.config;
        return new UserError(
            'group-too-large',
            `More than ${maxRows} rows belong to ${key} "${group.key}".`,
            `Check that "${key}" is the right key, or raise maxRows.`,
            { field: key, got: group.key, key: group.key },
        );
    }
}

function isEmptyRow(row: JsonObject): boolean {
    for (const name in row) if (!isEmpty(row[name])) return false;
    return true;
}

function keyText(value: JsonValue | undefined): string {
    if (value === undefined || isEmpty(value)) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
}
