import { z } from 'zod';
import { JsonObject, JsonValue } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { readerOf, removerOf, writerOf } from '../field-access';

export const map = defineOperator({
    code: 'map',
    name: 'Map fields',
    description: 'Moves fields to new names by a table and, unless told otherwise, leaves all other fields behind.',
    category: 'field',
    guarantees: 'A source field that is absent makes no target field, so that the loader leaves it alone.',
    schema: config({
        fields: field
            .map(z.string().min(1), 'Fields', 'Source field → target field, both dotted paths.', {
                example: { Title: 'name', Handle: 'slug' },
            })
            .refine(fields => Object.keys(fields).length > 0, 'Name at least one field.'),
        keepUnmapped: field
            .flag('Keep other fields', 'Fields that the table does not name stay in the record.')
            .default(false),
    }),
    examples: [
        {
            title: 'Columns to a product',
            config: { fields: { Title: 'name', Handle: 'slug', SEO: 'customFields.seo' } },
            given: [{ Title: 'Pot', Handle: 'pot', Vendor: 'ACME' }],
            then: [{ name: 'Pot', slug: 'pot' }],
        },
        {
            title: 'Swap two fields and keep the rest',
            config: { fields: { a: 'b', b: 'a' }, keepUnmapped: true },
            given: [{ a: 1, b: 2, c: 3 }],
            then: [{ a: 2, b: 1, c: 3 }],
        },
    ],
    create({ config: { fields, keepUnmapped } }) {
        const moves = Object.entries(fields).map(([from, to]) => ({
            read: readerOf(from),
            remove: removerOf(from),
            write: writerOf(to),
        }));
        // One list for all records, which come one after the other.
        const values = new Array<JsonValue | undefined>(moves.length);
        return record => {
            // Read as a whole first: with the others kept, a field may be the target of one move and the source of one more.
            for (let i = 0; i < moves.length; i++) values[i] = moves[i]!.read(record);
            const result: JsonObject = keepUnmapped ? record : {};
            if (keepUnmapped) for (const move of moves) move.remove(result);
            for (let i = 0; i < moves.length; i++) {
                const value = values[i];
                if (value !== undefined) moves[i]!.write(result, value);
            }
            return result;
        };
    },
});
