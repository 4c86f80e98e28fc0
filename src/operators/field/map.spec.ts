import { expect, it } from 'vitest';
import { runOperator } from '../../testing/run-operator';
import { map } from './map.operator';

it('takes nothing of one record into the next', async () => {
    const { kept } = await runOperator(map, { fields: { a: 'b' } }, [{ a: 1 }, {}, { a: null }]);
    expect(kept).toEqual([{ b: 1 }, {}, { b: null }]);
});
