import { TaxCategory } from '@vendure/core';
import { z } from 'zod';
import type { JsonValue } from '../../shared/json';
import type { CatalogHost, CatalogScope } from '../../src/catalog/catalog-scope';
import type { EntityId } from '../../src/catalog/sql/sql-session';
import type { ChangeSet } from '../../src/sdk/change-set';
import { UserError } from '../../src/sdk/errors';
import { defineExtractor } from '../../src/sdk/extractor';
import { config, field } from '../../src/sdk/field';
import { defineLoader, type Loader } from '../../src/sdk/loader';
import { reject } from '../../src/sdk/outcome';

/** What tests do to a run on its way: hold it before a page is read, or in the transaction of a batch. */
export const onTheWay: {
    beforePage?: (names: string[]) => Promise<void>;
    beforeApply?: (names: string[]) => Promise<void>;
} = {};

/** `<prefix>0`, `<prefix>1` … in pages of ten. */
export const namesExtractor = defineExtractor({
    code: 'testNames',
    name: 'Names (test)',
    description: 'Counts.',
    category: 'test',
    guarantees: 'The same names on every run.',
    schema: config({
        prefix: field.text('Prefix', 'What the names begin with.'),
        count: field.integer('Count', 'How many.'),
        bad: field.list(z.int(), 'Bad', 'Numbers of the names that the loader refuses.'),
    }),
    examples: [{ title: 'Two', config: { prefix: 'a-', count: 2, bad: [] } }],
    async *read({ config: { prefix, count, bad }, context }) {
        for (let from = 0; from < count; from += 10) {
            const numbers = Array.from({ length: Math.min(10, count - from) }, (_, index) => from + index);
            const names = numbers.map(number => `${bad.includes(number) ? 'bad-' : ''}${prefix}${number}`);
            await onTheWay.beforePage?.(names);
            context.signal.throwIfAborted();
            yield { items: names.map(name => ({ data: { name } })) };
        }
    },
});

/** A complete loader of a small entity: for tests of runs that need no catalog. */
export const taxCategoryLoader = defineLoader({
    code: 'testTaxCategory',
    name: 'Tax categories (test)',
    description: 'Creates tax categories by name.',
    category: 'test',
    entityType: 'TaxCategory',
    guarantees: 'One statement per batch.',
    schema: config({}),
    record: z.looseObject({ name: z.string() }),
    examples: [{ title: 'One', config: {}, record: { name: 'Books' } }],
    async create(_setup: { config: object; host: CatalogHost }): Promise<Loader<CatalogScope, Map<string, EntityId>>> {
        return {
            keysOf: record => [`name:${textOf(record.name)}`],
            nameOf: record => textOf(record.name),
            async resolve(records, { sql }) {
                const names = records.map(({ data }) => data.name);
                const rows = await sql.selectIn(sql.table(TaxCategory), ['name', 'id'], 'name', names);
                return new Map(rows as [string, EntityId][]);
            },
            compare({ data }, existing) {
                const key = textOf(data.name);
                if (key.startsWith('bad')) return reject(new UserError('bad-name', `"${key}" is bad.`, 'Rename it.'));
                if (existing.has(key)) return { action: 'UNCHANGED', key, entities: [] };
                const fields = [{ path: 'name', after: key }];
                return {
                    action: 'CREATE',
                    key,
                    entities: [{ entityType: 'TaxCategory', entityId: null, key, action: 'CREATE', fields }],
                };
            },
            async apply(changeSets, _existing, { sql }) {
                const created = changeSets.filter(({ action }) => action === 'CREATE');
                await onTheWay.beforeApply?.(created.map(({ key }) => key));
                const rows = created.map(({ key }) => [key, false]);
                const ids = await sql.insertReturningIds(sql.table(TaxCategory), ['name', 'isDefault'], rows);
                created.forEach(
                    (changeSet: ChangeSet, index) => (changeSet.entities[0]!.entityId = String(ids[index])),
                );
            },
        };
    },
});

function textOf(value: JsonValue | undefined): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
