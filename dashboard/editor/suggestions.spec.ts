import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Schema } from './schemas-at';
import { explanationAt, suggestionsAt } from './suggestions';

const schema = JSON.parse(readFileSync(join(__dirname, '../../docs/schema/pipeline.schema.json'), 'utf8')) as Schema;

/** `|` is where the cursor stands. */
function suggested(marked: string): string[] {
    const position = marked.indexOf('|');
    const found = suggestionsAt(schema, marked.replace('|', ''), position);
    return found?.all.map(({ text }) => text) ?? [];
}
const inStep = (step: string) => `{"version": 1, "steps": [{"key": "a", ${step}}]}`;

describe('suggestionsAt', () => {
    it.each(['{"version": 1, "|"}', '{"version": 1, |}', '{"version": 1, st|}'])(
        'names what is missing: %s',
        marked => {
            expect(suggested(marked)).toEqual(['$schema', 'steps', 'edges', 'hooks', 'context']);
        },
    );

    it('knows the kinds of steps, each in one way of writing', () => {
        const types = suggested(inStep('"type": "|"'));
        expect(types).toContain('EXTRACT');
        expect(types).not.toContain('extract');
        expect(suggested(inStep('"type": |'))).toEqual(types);
    });

    it('knows the adapters of the kind of step', () => {
        const loaders = suggested(inStep('"type": "LOAD", "config": {"adapterCode": "|"}'));
        expect(loaders).toEqual(expect.arrayContaining(['product', 'customer']));
        expect(loaders).not.toContain('file');
    });

    it('knows the settings of the adapter alone', () => {
        const settings = suggested(inStep('"type": "EXTRACT", "config": {"adapterCode": "file", "|"}'));
        expect(settings).toEqual(expect.arrayContaining(['path', 'format']));
        expect(settings).not.toContain('records');
        expect(suggested(inStep('"type": "EXTRACT", "config": {"adapterCode": "file", "format": "|"}'))).toContain(
            'XLSX',
        );
    });

    it('knows operators and their settings', () => {
        const operator = (inner: string) =>
            suggested(inStep(`"type": "transform", "config": {"operators": [${inner}]}`));
        expect(operator('{"op": "|"}')).toEqual(expect.arrayContaining(['trim', 'join']));
        expect(operator('{"op": "join", "args": {"|"}}')).toContain('rightDataPath');
        expect(operator('{"op": "trim", "args": {"|"}}')).not.toContain('rightDataPath');
    });

    it('offers the steps where one is named', () => {
        const steps = '"steps": [{"key": "a", "type": "EXTRACT"}, {"key": "b", "type": "LOAD"}]';
        expect(suggested(`{${steps}, "edges": [{"from": "|"}]}`)).toEqual(['a', 'b']);
        expect(suggested(`{${steps}, "hooks": [{"step": "|"}]}`)).toEqual(['a', 'b']);
    });

    it('says what it would write', () => {
        const text = '{"version": 1, "st"}';
        const { from, to, all } = suggestionsAt(schema, text, 18)!;
        expect(text.slice(from, to)).toBe('"st"');
        expect(all.find(each => each.text === 'steps')).toMatchObject({
            json: '"steps"',
            stub: '[${}]',
            detail: 'array *',
        });
        expect(suggestionsAt(schema, '{"st": 1}', 3)!.all[0]).not.toHaveProperty('stub');
    });

    it('is quiet where nothing is known', () => {
        expect(suggested('|')).toEqual([]);
        expect(suggested('{"nobody": {"|"}}')).toEqual([]);
        expect(suggested('{"version": 1} |')).toEqual([]);
    });
});

describe('explanationAt', () => {
    const explained = (marked: string) => explanationAt(schema, marked.replace('|', ''), marked.indexOf('|'));

    it('explains names and the values that were chosen', () => {
        const format = explained(inStep('"type": "EXTRACT", "config": {"adapterCode": "file", "for|mat": "CSV"}'));
        expect(format).toMatchObject({ title: 'Format', text: expect.stringContaining('What kind of file') as string });
        const adapter = explained(inStep('"type": "LOAD", "config": {"adapterCode": "pro|duct"}'));
        expect(adapter?.text).toBeTruthy();
        const gate = explained(inStep('"type": "GATE", "config": {"approvalType": "MAN|UAL"}'));
        expect(gate?.ofValue).toContain('permission');
    });

    it('says nothing about brackets and what is unknown', () => {
        expect(explained('|{"version": 1}')).toBeUndefined();
        expect(explained('{"nob|ody": 1}')).toBeUndefined();
    });
});
