import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunked, readCsv } from '../reading.fixture';

describe('CSV', () => {
    it('reads records as text with their lines', async () => {
        const { items } = await readCsv('sku,price\n00123,1e5\nA,"2\n3"\nB,4\n');
        expect(items).toEqual([
            { data: { sku: '00123', price: '1e5' }, line: 2 },
            { data: { sku: 'A', price: '2\n3' }, line: 3, lastLine: 4 },
            { data: { sku: 'B', price: '4' }, line: 5 },
        ]);
    });

    it.each([
        ['comma', 'a,b\n1,2;3\n', { a: '1', b: '2;3' }],
        ['semicolon', 'a;b\n1;2,3\n4;5,6\n', { a: '1', b: '2,3' }],
        ['tab', 'a\tb\n1\t2,3\n', { a: '1', b: '2,3' }],
        ['bar', 'a|b\n1|2,3\n', { a: '1', b: '2,3' }],
        ['semicolon beside quoted commas', '"a,x,y";b\n"1,2,3,4";2\n', { 'a,x,y': '1,2,3,4', b: '2' }],
        ['one column only', 'a\n1\n', { a: '1' }],
    ])('finds out the delimiter: %s', async (_, text, first) => {
        expect((await readCsv(text)).records[0]).toEqual(first);
    });

    it.each([
        ['a first line for spreadsheets', 'sep=;\na;b,c\n1;2\n'],
        ['a quoted one after a byte order mark', '\ufeff"sep=;"\r\na;b,c\r\n1;2\r\n'],
    ])('goes by %s, which is no row', async (_, text) => {
        const row = { data: { a: '1', 'b,c': '2' }, line: 3 };
        expect((await readCsv(text)).items).toEqual([row]);
        expect((await readCsv(text, { delimiter: ';' })).items).toEqual([row]);
    });

    it('refuses a file with more columns than are wanted', async () => {
        await expect(readCsv('a,b,c\n1,2,3\n', { maxColumns: 2 })).rejects.toThrow('has 3 columns');
        expect((await readCsv('a,b\n1,2\n', { maxColumns: 2 })).records).toHaveLength(1);
    });

    it('takes a delimiter of several characters and another quote', async () => {
        const { records } = await readCsv("a||b\n'x||''y'||2\n", { delimiter: '||', quote: "'" });
        expect(records).toEqual([{ a: "x||'y", b: '2' }]);
    });

    it.each(['\n', '\r\n', '\r'])('understands line ends %j and a file without the last one', async newline => {
        const { items } = await readCsv(['a,b', '1,"x"', '"3","4"'].join(newline));
        expect(items).toEqual([
            { data: { a: '1', b: 'x' }, line: 2 },
            { data: { a: '3', b: '4' }, line: 3 },
        ]);
    });

    it('drops the byte order mark and the blanks around column names', async () => {
        expect((await readCsv('\ufeff a , b\n1, 2\n')).records).toEqual([{ a: '1', b: ' 2' }]);
    });

    it('leaves out empty lines without losing count', async () => {
        const { items } = await readCsv('a,b\n\n1,2\n\r\n3,4\n\n');
        expect(items.map(item => item.line)).toEqual([3, 5]);
    });

    it('trims cells on demand, also around quotes, but not within them', async () => {
        const { records, errors } = await readCsv('a ,b ,c\n 1 , " x" ,3\n  4,5  , \n', { trimCells: true });
        expect(errors).toEqual([]);
        expect(records).toEqual([
            { a: '1', b: ' x', c: '3' },
            { a: '4', b: '5', c: '' },
        ]);
    });

    it.each([
        ['TEXT' as const, { a: '', b: '', c: '1' }],
        ['NULL' as const, { a: null, b: '', c: '1' }],
        ['OMIT' as const, { b: '', c: '1' }],
    ])('turns an empty cell into %s, but a quoted one into empty text', async (emptyCells, expected) => {
        expect((await readCsv('a,b,c\n,"",1\n', { emptyCells })).records).toEqual([expected]);
    });

    it('takes column names from the configuration', async () => {
        expect((await readCsv('1,2\n', { headerRow: false })).records).toEqual([{ column1: '1', column2: '2' }]);
        expect((await readCsv('1,2\n', { headerRow: false, columns: ['x', 'y'] })).records).toEqual([
            { x: '1', y: '2' },
        ]);
        expect((await readCsv('a,a\n1,2\n', { columns: ['x', 'y'] })).records).toEqual([{ x: '1', y: '2' }]);
        await expect(readCsv('a,b\n1,2\n', { columns: ['x'] })).rejects.toThrow(
            'The first row of "test.csv" has 2 cells, but 1 column names are configured.',
        );
    });

    it('names columns without a name by their position and says so', async () => {
        const { records, warnings } = await readCsv('a,,b,\n1,2,3,4\n');
        expect(records).toEqual([{ a: '1', column2: '2', b: '3', column4: '4' }]);
        expect(warnings[0]).toContain('Columns 2, 4 of "test.csv" have no name');
    });

    it('refuses two columns with the same name', async () => {
        await expect(readCsv('sku,name, sku\n1,2,3\n')).rejects.toThrow(
            'Columns 1 and 3 of "test.csv" are both called "sku", so one of them would be lost.',
        );
    });

    it('refuses a column that would change the object itself', async () => {
        await expect(readCsv('__proto__,a\n1,2\n')).rejects.toThrow('"__proto__", which cannot be the name of a field');
        expect(Object.keys((await readCsv('constructor,a\n1,2\n')).records[0]!)).toEqual(['constructor', 'a']);
    });

    it('says which required column is missing and which are there', async () => {
        await expect(readCsv('skku,price\n1,2\n', { requiredColumns: ['sku'] })).rejects.toMatchObject({
            code: 'missing-column',
            message: '"test.csv" has no column "sku". Its columns are: skku, price.',
            hint: 'Did you mean "skku"?',
        });
    });

    it('warns about a file with a header only, and refuses an empty one', async () => {
        expect(await readCsv('a,b\n')).toMatchObject({ items: [], warnings: [expect.stringContaining('no records')] });
        await expect(readCsv('')).rejects.toThrow('The file "test.csv" is empty.');
        await expect(readCsv('\ufeff')).rejects.toThrow('The file "test.csv" is empty.');
    });

    describe('malformed lines', () => {
        it('cost only themselves', async () => {
            const text = 'a,b\n1,2\n3\n5,6,7\n8,x"y\n"9"z,1\n10,11\n';
            const { records, errors, items } = await readCsv(text);
            expect(records).toEqual([
                { a: '1', b: '2' },
                { a: '10', b: '11' },
            ]);
            expect(errors).toEqual([
                'wrong-column-count@3: Line 3 of "test.csv" has 1 cell, but there are 2 columns.',
                'wrong-column-count@4: Line 4 of "test.csv" has 3 cells, but there are 2 columns.',
                'malformed-line@5: Line 5 of "test.csv" is malformed: there is a " within a cell that does not begin with one.',
                'malformed-line@6: Line 6 of "test.csv" is malformed: a quoted cell begins here and is followed by text after its closing ".',
            ]);
            expect(items.map(item => ('raw' in item ? item.raw : ''))).toEqual([
                '',
                '3',
                '5,6,7',
                '8,x"y',
                '"9"z,1',
                '',
            ]);
        });

        it('a forgotten closing quote costs one line', async () => {
            const { records, errors } = await readCsv('a,b\n1,"x\n2,y\n3,"z"\n4,w\n');
            expect(errors).toEqual([
                'malformed-line@2: Line 2 of "test.csv" is malformed: a quoted cell begins here and is followed by text after its closing ".',
            ]);
            expect(records.map(record => record['a'])).toEqual(['2', '3', '4']);
        });

        it('a forgotten closing quote with no other quote costs one line', async () => {
            const rows = Array.from({ length: 50_000 }, (_, i) => `${i},value ${i}`);
            const text = ['a,b', 'bad,"x', ...rows].join('\n');
            const { records, errors } = await readCsv(chunked(text, 10_000), { maxRecordBytes: 20_000 });
            expect(errors).toEqual([
                'malformed-line@2: Line 2 of "test.csv" is malformed: a cell begins with " and has no closing one.',
            ]);
            expect(records).toHaveLength(50_000);
            expect((await readCsv(text)).records).toHaveLength(50_000);
        });

        it('a malformed header ends the file', async () => {
            await expect(readCsv('a,b"c\n1,2\n')).rejects.toThrow('The first row of "test.csv" cannot be read.');
        });

        it('quotes mean nothing when the quote is empty', async () => {
            expect((await readCsv('a,b\n1,5" tv\n', { quote: '' })).records).toEqual([{ a: '1', b: '5" tv' }]);
        });
    });

    describe('records above the limit', () => {
        const big = 'x'.repeat(5_000);
        const inLines = Array.from({ length: 500 }, (_, i) => `<p>line ${i}</p>`).join('\n');

        it.each([
            ['a plain cell', `a,b\n1,${big}\n2,ok\n`, 2, 3],
            ['a quoted cell', `a,b\n1,"${big}"\n2,ok\n`, 2, 3],
            ['a quoted cell with line breaks and doubled quotes', `a,b\n1,"${inLines} ""x"" ,\n"\n2,ok\n`, 2, 503],
            ['the last cell', `a,b\n2,ok\n1,"${big}`, 3, 2],
        ])('are one error item: %s', async (_, text, badLine, goodLine) => {
            for (const size of [7, 1_000, 1 << 20]) {
                const { errors, items } = await readCsv(chunked(text, size), { maxRecordBytes: 1_000 });
                expect(errors).toHaveLength(1);
                expect(errors[0]).toMatch(
                    new RegExp(
                        `^record-too-large@${badLine}: The record at line ${badLine} of "test.csv" is larger than 1000 bytes`,
                    ),
                );
                expect(items.filter(item => 'data' in item)).toEqual([{ data: { a: '2', b: 'ok' }, line: goodLine }]);
            }
        });

        it('a cell of 10 MB is one sentence and the rest goes on', async () => {
            const { errors, records } = await readCsv(chunked(`a,b\n1,"${'y\n'.repeat(5 << 20)}"\n2,ok\n`, 65_536));
            expect(errors).toEqual([
                'record-too-large@2: The record at line 2 of "test.csv" is larger than 1048576 bytes; everything up to line 5242882 belongs to it.',
            ]);
            expect(records).toEqual([{ a: '2', b: 'ok' }]);
        });
    });

    const cell = fc.oneof(
        fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', ' ', '\t', 'é', '漢', '😀', "'") }),
        fc
            .string({ unit: 'binary', maxLength: 5 })
            .filter(text => !/\p{Surrogate}/u.test(text) && !text.includes('\0')),
    );

    it('gives back what was written, wherever the chunks end', async () => {
        const table = fc
            .integer({ min: 2, max: 5 })
            .chain(width =>
                fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
            );
        await fc.assert(
            fc.asyncProperty(
                table,
                fc.constantFrom(',', ';', '\t', '|'),
                fc.constantFrom('\n', '\r\n'),
                fc.integer({ min: 1, max: 40 }),
                fc.boolean(),
                async (rows, delimiter, newline, size, endsWithNewline) => {
                    const columns = rows[0]!.map((_, i) => `c${i}`);
                    const write = (text: string) =>
                        /["\r\n,;\t|]/.test(text) || text === '' || text.startsWith('\ufeff')
                            ? `"${text.replaceAll('"', '""')}"`
                            : text;
                    const text =
                        [columns, ...rows].map(row => row.map(write).join(delimiter)).join(newline) +
                        (endsWithNewline ? newline : '');
                    const read = await readCsv(chunked(text, size));
                    expect(read.errors).toEqual([]);
                    expect(read.records).toEqual(
                        rows.map(row => Object.fromEntries(columns.map((column, i) => [column, row[i]]))),
                    );
                },
            ),
            { numRuns: 400 },
        );
    });

    it('reads anything at all the same way wherever the chunks end, and never fails on data', async () => {
        const anything = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '\n', '\r', ' ', 'é'), maxLength: 80 });
        await fc.assert(
            fc.asyncProperty(
                anything,
                fc.integer({ min: 1, max: 20 }),
                fc.integer({ min: 4, max: 60 }),
                fc.boolean(),
                async (body, size, maxRecordBytes, trimCells) => {
                    const text = `x,y\n${body}`;
                    const options = { maxRecordBytes, trimCells, delimiter: ',' };
                    const whole = await readCsv(text, options);
                    expect(await readCsv(chunked(text, size), options)).toEqual(whole);
                    const lines = whole.items.map(item => item.line!);
                    expect(lines).toEqual([...lines].sort((a, b) => a - b));
                },
            ),
            { numRuns: 1_500 },
        );
    });

    /** Exports of other shops can be added with a folder of CSV files in DATA_HUB_SAMPLE_FILES. */
    const folders = [
        dirname(require.resolve('@vendure/create/assets/products.csv')),
        join(__dirname, '..', '..', '..', 'demo', 'catalogs'),
        ...(process.env.DATA_HUB_SAMPLE_FILES ? [process.env.DATA_HUB_SAMPLE_FILES] : []),
    ];
    it('reads exports of real shops', async () => {
        const files = folders.flatMap(folder => readdirSync(folder).map(name => join(folder, name)));
        for (const file of files.filter(path => path.endsWith('.csv'))) {
            const name = basename(file);
            const content = readFileSync(file);
            // Vendure's own sample pads its cells, quoted ones too.
            const options = { trimCells: name.startsWith('vendure') || name === 'products.csv' };
            const whole = await readCsv(content, options);
            expect([name, whole.errors]).toEqual([name, []]);
            expect(whole.records.length).toBeGreaterThan(0);
            expect(await readCsv(chunked(content, 997), options)).toEqual(whole);
        }
    });
});
