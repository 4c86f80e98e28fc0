import { JsonObject, JsonValue } from '../../../shared/json';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, removerOf, writerOf } from '../field-access';
import { quoted, refuse } from '../refuse';
import { splitText } from './split-text';

export const treePaths = defineOperator({
    code: 'treePaths',
    name: 'Paths of a tree',
    description:
        'Turns paths in a tree, such as "Clothing > Shirts", into one item for each level from the top down: "Clothing" and "Clothing > Shirts".',
    category: 'list',
    guarantees:
        'Parents come before their children, and equal paths once. Blanks around levels and blank levels are removed. Without any path nothing is written.',
    schema: config({
        path: field.path('Field', 'Text with one or several paths, or a list of them.', { example: 'Categories' }),
        target: field.path('Target', 'Field that gets the list; absent: the same field.').optional(),
        separator: field.text('Separator', 'Text between two paths.', { example: ',' }).min(1).default(','),
        levelSeparator: field.text('Level separator', 'Text between two levels.', { example: '>' }).min(1).default('>'),
        escape: field
            .text('Escape', 'Character that makes a separator behind it part of the text. Empty: none.', {
                example: '\\',
                advanced: true,
            })
            .max(1)
            .default(''),
        skipLevels: field
            .integer('Leave out', 'Levels at the top that are left out, such as the root category of Magento.')
            .min(0)
            .default(0),
        join: field.text('Join levels with', 'Text between the levels of a path in the result.').default(' > '),
        as: field
            .choice('Items', 'What the items of the list are.', {
                TEXT: 'Paths, for facet values.',
                OBJECT: 'Objects with name, path, level and, below the top, parent, which is the path of the level above: for collections.',
            })
            .default('TEXT'),
    }),
    examples: [
        {
            title: 'Categories of WooCommerce',
            config: { path: 'Categories', target: 'categories' },
            given: [{ Categories: 'Clothing > Shirts, Clothing >Hoodies,Sale' }, { Categories: '' }],
            then: [
                {
                    Categories: 'Clothing > Shirts, Clothing >Hoodies,Sale',
                    categories: ['Clothing', 'Clothing > Shirts', 'Clothing > Hoodies', 'Sale'],
                },
                { Categories: '' },
            ],
        },
        {
            title: 'Categories of Magento, as collections',
            config: { path: 'categories', levelSeparator: '/', skipLevels: 1, as: 'OBJECT' },
            given: [{ categories: 'Default Category/Men/Tops,Default Category' }],
            then: [
                {
                    categories: [
                        { name: 'Men', path: 'Men', level: 1 },
                        { name: 'Tops', path: 'Men > Tops', level: 2, parent: 'Men' },
                    ],
                },
            ],
        },
    ],
    create({ config: { path, target = path, separator, levelSeparator, escape, skipLevels, join, as } }) {
        const read = readerOf(path);
        const write = writerOf(target);
        const remove = removerOf(target);
        return record => {
            const value = read(record);
            if (value === undefined || value === null) return record;
            const texts = typeof value === 'string' ? splitText(value, separator, escape) : value;
            if (!Array.isArray(texts) || !texts.every(text => typeof text === 'string')) {
                return refuse(
                    'text-expected',
                    path,
                    value,
                    `"${path}" must be text or a list of texts, and it is ${quoted(value)}.`,
                    'Name the field that holds the paths.',
                );
            }
            const items = new Map<string, JsonValue>();
            for (const text of texts) {
                const levels = splitText(text, levelSeparator, escape)
                    .map(level => level.trim())
                    .filter(level => level !== '')
                    .slice(skipLevels);
                levels.forEach((name, i) => {
                    const key = levels.slice(0, i + 1).join(join);
                    if (items.has(key)) return;
                    const item: JsonObject = { name, path: key, level: i + 1 };
                    if (i > 0) item.parent = levels.slice(0, i).join(join);
                    items.set(key, as === 'TEXT' ? key : item);
                });
            }
            if (items.size > 0) write(record, [...items.values()]);
            else if (target === path && !isEmpty(value)) remove(record);
            return record;
        };
    },
});
