import { expect, it } from 'vitest';
import { placed, problemsBySteps, syntaxProblem } from './text-problem';

const text = '{\n  "steps": [\n    { "key": "a" },\n    { "key": "b" }\n  ]\n}';

it('places problems in lines, errors first', () => {
    const problems = [
        { path: '$.steps[0].key', message: 'later', severity: 'WARNING' as const },
        { path: '$.steps[1].key', message: 'second', severity: 'ERROR' as const },
        { path: '$.steps', message: 'first', severity: 'ERROR' as const },
    ];
    expect(placed(text, problems).map(({ message, line }) => `${message} ${line}`)).toEqual([
        'first 2',
        'second 4',
        'later 3',
    ]);
});

it('finds where a text stops being JSON', () => {
    expect(syntaxProblem(text)).toBeUndefined();
    expect(syntaxProblem(text.replace('"b"', ''))).toMatchObject({ line: 4, severity: 'ERROR' });
    expect(syntaxProblem('')).toMatchObject({ line: 1, range: { from: 0, to: 0 } });
});

it('tells which steps are concerned, by the worst', () => {
    const at = (path: string, severity: 'ERROR' | 'WARNING') => ({ path, severity, message: '' });
    const problems = [
        at('$.steps[0].config.path', 'ERROR'),
        at('$.steps[0].key', 'WARNING'),
        at('$.steps[1]', 'WARNING'),
        at('$.steps[9]', 'ERROR'),
        at('$.edges[0]', 'ERROR'),
    ];
    expect(problemsBySteps([{ key: 'a' }, { key: 'b' }], problems)).toEqual({ a: 'ERROR', b: 'WARNING' });
});
