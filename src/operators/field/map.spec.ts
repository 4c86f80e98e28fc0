import { describe, expect, it } from 'vitest';
import { runOperator } from '../../testing/run-operator';
import { map } from './map.operator';

describe('map', () => {
    it('reads a part of an object as it was, although another move writes into it', async () => {
        const fields = { size: 'box', width: 'box.width', 'size.width': 'widthBefore' };
        const { kept } = await runOperator(map, { fields }, [{ size: { width: 1 }, width: 2 }]);
        expect(kept).toEqual([{ box: { width: 2 }, widthBefore: 1 }]);
    });

    it('does not mix up records', async () => {
        const { kept } = await runOperator(map, { fields: { a: 'b' } }, [{ a: 1 }, {}, { a: null }]);
        expect(kept).toEqual([{ b: 1 }, {}, { b: null }]);
    });
});
