import { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator, OperatorAdapter, RecordOperator } from '../../sdk/operator';
import type { PipelineRecord } from '../../sdk/record';

/** An operator made of one function. */
export function recordOperator(code: string, operator: RecordOperator): OperatorAdapter {
    return {
        type: 'OPERATOR',
        code,
        name: code,
        description: 'Made for one test.',
        category: 'test',
        guarantees: 'None beyond a test.',
        schema: config({}),
        examples: [],
        create: () => operator,
    };
}

/** Merges neighbouring records with the same value of `by`; keeps their other values as a list. Holds one open group. */
export const groupNeighbours = defineOperator({
    code: 'groupNeighbours',
    name: 'Group neighbours',
    description: 'Merges neighbouring records.',
    category: 'test',
    guarantees: 'Holds one group.',
    schema: config({ by: field.of(z.string(), 'By', 'Field that neighbours share.') }),
    examples: [],
    create({ config: { by } }) {
        let open: PipelineRecord | undefined;
        let rows: JsonObject[] = [];
        const closed = (): PipelineRecord => ({ data: { [by]: open!.data[by]!, rows }, origin: open!.origin });
        return {
            push(record, output) {
                if (open && open.data[by] === record.data[by]) {
                    rows.push(record.data);
                    return;
                }
                if (open) output.keep(closed());
                open = record;
                rows = [record.data];
            },
            flush(output) {
                if (open) output.keep(closed());
                open = undefined;
            },
        };
    },
});
