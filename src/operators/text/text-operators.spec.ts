import { describe, expect, it } from 'vitest';
import { runOperator } from '../../testing/run-operator';
import { slugify } from './slugify.operator';
import { template } from './template.operator';

describe('a slug', () => {
    it.each([
        ['Brand™ Shirt', 'brandtm-shirt'],
        ['№ 5', 'no-5'],
        ['Größe Ⅷ', 'grosse-viii'],
    ])('of %j has small letters only', async (name, slug) => {
        const { kept } = await runOperator(slugify, { from: 'name' }, [{ name }]);
        expect(kept).toEqual([{ name: slug }]);
    });
});

describe('a template', () => {
    it('is looked at in linear time, whatever stands in it', async () => {
        const text = `{{${' '.repeat(100_000)}`;
        await expect(runOperator(template, { template: text, target: 't' }, [{}])).rejects.toThrow(
            'has braces that do not belong together',
        );
    });

    it.each(['{{ }}', '{{}}', '{{a}', 'a}}'])('is refused when it is %j', async text => {
        await expect(runOperator(template, { template: text, target: 't' }, [{}])).rejects.toThrow(
            'has braces that do not belong together',
        );
    });
});
