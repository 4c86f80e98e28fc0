import { expect, it } from 'vitest';
import { fileProblem } from './file-kinds';

it('refuses what no pipeline reads before it is sent', () => {
    const problems = ['a.CSV', 'a.ndjson.gz', 'a.xml', 'a.pdf', 'a.xls', 'csv', 'a.zip'].map(name =>
        fileProblem({ name, size: 1 }),
    );
    expect(problems).toEqual([undefined, undefined, undefined, 'kind', 'old-workbook', 'kind', 'kind']);
    expect(fileProblem({ name: 'a.csv', size: 0 })).toBe('empty');
});
