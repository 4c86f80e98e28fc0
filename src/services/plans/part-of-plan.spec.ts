import { describe, expect, it } from 'vitest';
import type { FieldChange } from '../../sdk/change-set';
import { isPartOf } from './part-of-plan';

const change = (...fields: FieldChange[]) => [{ identity: 'Product mug', fields }];
const name = { path: 'name', after: 'Mug' };
const assets = (...after: string[]) => ({ path: 'assets', after });
const featured = (after: string) => ({ path: 'featuredAsset', after });
const planned = change(name, assets('a.jpg', 'b.jpg', 'c.jpg'), featured('a.jpg'));

describe('part of a plan', () => {
    it('is the plan itself, and the plan without some or all of its assets', () => {
        expect(isPartOf(planned, planned)).toBe(true);
        expect(isPartOf(change(name, assets('b.jpg', 'c.jpg'), featured('b.jpg')), planned)).toBe(true);
        expect(isPartOf(change(name), planned)).toBe(true);
    });

    it.each([
        ['another asset', change(name, assets('z.jpg'), featured('a.jpg'))],
        ['a featured asset that is none of the planned', change(name, featured('z.jpg'))],
        ['another value', change({ path: 'name', after: 'Cup' })],
        ['another value before', change({ ...name, before: 'Cup' })],
        ['another field', change({ path: 'slug', after: 'mug' })],
        ['another entity', [{ identity: 'Product cup', fields: [name] }]],
    ])('is not %s', (_, changes) => {
        expect(isPartOf(changes, planned)).toBe(false);
    });
});
