import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { config, field } from '../sdk/field';
import { defineOperator } from '../sdk/operator';
import { adapterReference } from './adapter-reference';
import { builtInRegistry } from './built-in-registry';
import { ADAPTER_REFERENCE_FILE, adapterReferenceText } from './write-adapter-reference';

describe('docs/adapters.md', () => {
    it('describes the adapters as they are (else run: npm run docs)', () => {
        expect(readFileSync(ADAPTER_REFERENCE_FILE, 'utf8')).toBe(adapterReferenceText());
    });

    it('has one chapter for each adapter, and links to it', () => {
        const text = adapterReferenceText();
        const chapters = [...text.matchAll(/^### (\w+)(?: \((\w+)\))?$/gm)].filter(([, code]) => code !== 'Conditions');
        expect(chapters.map(([, code]) => code)).toEqual(
            builtInRegistry()
                .all()
                .map(adapter => adapter.code),
        );
        const anchors = chapters.map(([, code, type]) => [code, type].filter(Boolean).join('-').toLowerCase());
        expect(new Set(anchors).size).toBe(chapters.length);
        const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(match => match[1]!);
        expect(links.filter(link => link !== 'conditions')).toEqual(anchors);
    });

    it('says of every setting what it is and means, nested ones too', () => {
        const rows = adapterReferenceText()
            .split('\n')
            .filter(line => /^\| `[\w.[\]]+` \|/.test(line))
            .map(line => line.split(/(?<!\\)\|/).map(each => each.trim()));
        expect(rows.length).toBeGreaterThan(150);
        expect(rows.filter(([, , type]) => !type || type.includes('undefined'))).toEqual([]);
    });

    it('writes settings, choices, defaults and examples of an adapter', () => {
        const shout = defineOperator({
            code: 'shout',
            name: 'Shout',
            description: 'Writes a text loudly.',
            category: 'text',
            guarantees: 'Pure.',
            limits: 'Deaf | blind.',
            schema: config({
                path: field.path('Field', 'What is shouted.', { example: 'name' }),
                how: field
                    .choice('How', 'How loud.', { LOUD: 'With one mark.', LOUDER: 'With two.' }, { advanced: true })
                    .default('LOUD'),
                marks: field.list(z.strictObject({ mark: z.string() }), 'Marks', 'Marks | signs.').optional(),
            }),
            examples: [{ title: 'Once', config: { path: 'a' }, given: [{ a: 'x' }], then: [], rejected: 1 }],
            create: () => record => record,
        });
        const text = adapterReference(new AdapterRegistry().register(shout, builtInRegistry().operator('filter')));
        expect(text).toContain('| `path` | path | *required* | **Field.** What is shouted. Example: `"name"`. |');
        expect(text).toContain(
            '| `how` | choice | `"LOUD"` | **How.** How loud. <br>`LOUD`: With one mark. <br>`LOUDER`: With two. *Advanced.* |',
        );
        expect(text).toContain('| `marks` | list of objects |  | **Marks.** Marks \\| signs. |');
        expect(text).toContain('| `marks[].mark` | text | *required* |  |');
        expect(text).toContain('**Limits.** Deaf | blind.');
        expect(text).toContain('{"op":"shout","args":{"path":"a"}}');
        expect(text).toContain('a rejected record.');
    });
});
