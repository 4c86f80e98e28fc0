import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KeyGate } from './key-gate';

it('lets a batch pass when every earlier one with one of its keys has left', async () => {
    const gate = new KeyGate();
    const passed: string[] = [];
    const enter = (name: string, ...keys: string[]): (() => void) => {
        const place = gate.enter(keys);
        void place.passed.then(() => passed.push(name));
        return place.leave;
    };
    const leaveFirst = enter('first', 'a', 'b', 'a');
    const leaveSecond = enter('second', 'c');
    const leaveThird = enter('third', 'b', 'c');
    enter('fourth', 'd');
    await nextTurn();
    expect(passed).toEqual(['first', 'second', 'fourth']);
    leaveFirst();
    await nextTurn();
    expect(passed).not.toContain('third');
    leaveSecond();
    await nextTurn();
    expect(passed.at(-1)).toBe('third');
    const leaveFifth = enter('fifth', 'a', 'b');
    await nextTurn();
    expect(passed).not.toContain('fifth');
    leaveThird();
    await nextTurn();
    expect(passed.at(-1)).toBe('fifth');
    leaveFifth();
});
