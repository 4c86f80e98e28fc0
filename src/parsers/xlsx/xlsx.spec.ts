import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { OpenedFile } from '../../sdk/extractor';
import { collect, CSV_DEFAULTS } from '../reading.fixture';
import { numberKind, valueOf } from './number-formats';
import { parseXlsx, XlsxOptions } from './xlsx-parser';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface Book {
    sheets: { name: string; state?: string; xml: string }[];
    strings?: string[];
    /** Format codes; style n + 1 uses the nth. Style 0 is General. */
    formats?: string[];
    date1904?: boolean;
}

describe('XLSX', () => {
    let directory: string;
    beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'data-hub-xlsx-'))));
    afterAll(() => rmSync(directory, { recursive: true }));

    async function write(parts: Record<string, string | Buffer>): Promise<OpenedFile> {
        const localPath = join(directory, `${Math.random()}.xlsx`);
        const zip = new ZipFile();
        for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content as string), name);
        zip.end();
        await pipeline(zip.outputStream, createWriteStream(localPath));
        const { size } = await stat(localPath);
        return { name: 'test.xlsx', sizeBytes: size, fingerprint: '', localPath, stream: () => expect.unreachable() };
    }

    function partsOf({ sheets, strings = [], formats = [], date1904 }: Book): Record<string, string> {
        const relation = (id: string, type: string, target: string) =>
            `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
        const parts: Record<string, string> = {
            '_rels/.rels': `<Relationships>${relation('r', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
            'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>${sheets.map((sheet, i) => `<sheet name="${sheet.name}" sheetId="${i + 1}" r:id="s${i}"${sheet.state ? ` state="${sheet.state}"` : ''}/>`).join('')}</sheets></workbook>`,
            'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, i) => relation(`s${i}`, 'worksheet', i % 2 ? `/xl/worksheets/s${i}.xml` : `worksheets/s${i}.xml`)).join('')}${relation('ss', 'sharedStrings', 'sharedStrings.xml')}${relation('st', 'styles', 'styles.xml')}</Relationships>`,
            'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${strings.map(text => `<si>${text}</si>`).join('')}</sst>`,
            'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><numFmts>${formats.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code.replaceAll('"', '&quot;')}"/>`).join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, i) => `<xf numFmtId="${200 + i}"/>`).join('')}</cellXfs></styleSheet>`,
        };
        sheets.forEach((sheet, i) => {
            parts[`xl/worksheets/s${i}.xml`] =
                `<worksheet xmlns="${MAIN}"><sheetData>${sheet.xml}</sheetData></worksheet>`;
        });
        return parts;
    }

    async function read(book: Book | Record<string, string>, options: Partial<XlsxOptions> = {}) {
        const file = await write('sheets' in book ? partsOf(book as Book) : book);
        const warnings: string[] = [];
        const parsing = {
            file: file.name,
            signal: new AbortController().signal,
            warn: (text: string) => void warnings.push(text),
        };
        return { ...(await collect(parseXlsx(file, { ...CSV_DEFAULTS, ...options }, parsing))), warnings };
    }

    const row = (r: number, ...cells: string[]) => `<row r="${r}">${cells.join('')}</row>`;
    const text = (value: string, at = '') => `<c${at && ` r="${at}"`} t="inlineStr"><is><t>${value}</t></is></c>`;
    const sheet = (...rows: string[]): Book => ({ sheets: [{ name: 'Products', xml: rows.join('') }] });

    it('reads texts, numbers, booleans and formulas with their rows', async () => {
        const { items } = await read({
            sheets: [{
                name: 'P',
                xml: row(1, '<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>', text('stock'), text('ok'), text('sum'), text('when')) +
                    '<row r="2"><c r="A2" s="0"/></row>' +
                    row(3, '<c r="A3" t="s"><v>2</v></c>', '<c r="B3"><v>19.989999999999998</v></c>', '<c r="C3"><v>7</v></c>', '<c r="D3" t="b"><v>1</v></c>', '<c r="E3" t="str"><f>A1&amp;B1</f><v>a b</v></c>', '<c r="F3" t="d"><v>2024-05-01</v></c>'),
            }],
            strings: ['<t>sku</t>', '<t xml:space="preserve">price </t>', '<r><t>00</t></r><r><t>123</t></r><rPh><t>kana</t></rPh>'],
        }); // prettier-ignore
        expect(items).toEqual([
            { data: { sku: '00123', price: 19.99, stock: 7, ok: true, sum: 'a b', when: '2024-05-01' }, line: 3 },
        ]);
    });

    it('reads characters that XML does not keep, which workbooks write by their numbers', async () => {
        const { records } = await read({
            ...sheet(
                row(1, text('a'), text('b'), text('c')),
                row(2, '<c r="A2" t="s"><v>0</v></c>', text('1_x005F_x000D_2'), text('_xyz_ _x12_')),
            ),
            strings: ['<t>one_x000D_\ntwo</t>'],
        });
        expect(records).toEqual([{ a: 'one\r\ntwo', b: '1_x000D_2', c: '_xyz_ _x12_' }]);
    });

    it('turns dates into ISO text', async () => {
        const formats = [
            'yyyy-mm-dd',
            'dd/mm/yyyy hh:mm',
            'hh:mm:ss',
            '[h]:mm',
            '00000',
            '#,##0.00 "days"',
            '[$-409]mmm\\-yy',
        ];
        const cells = [45_352, 45_352.5, 0.75, 1.25, 123, 1234.5, 45_352].map(
            (value, i) => `<c s="${i + 1}"><v>${value}</v></c>`,
        );
        const book = { formats, ...sheet(row(1, ...formats.map((_, i) => text(`c${i}`))), row(2, ...cells)) };
        expect((await read(book)).records).toEqual([
            {
                c0: '2024-03-01',
                c1: '2024-03-01T12:00:00',
                c2: '18:00:00',
                c3: '30:00:00',
                c4: '00123',
                c5: 1234.5,
                c6: '2024-03-01',
            },
        ]);
        const since1904 = { ...book, date1904: true };
        expect((await read(since1904)).records[0]).toMatchObject({ c0: '2028-03-02', c2: '18:00:00' });
    });

    it('counts days as spreadsheets do, with the 29 February 1900 that never was', () => {
        const date = numberKind(14, undefined);
        expect([1, 59, 61].map(day => valueOf(String(day), date, false))).toEqual([
            '1900-01-01',
            '1900-02-28',
            '1900-03-01',
        ]);
        expect(valueOf('45352.000011574', numberKind(22, undefined), false)).toBe('2024-03-01T00:00:01');
        expect(valueOf('-5', date, false)).toBe(-5);
    });

    it('chooses the sheet by name or position, else the first that is not hidden', async () => {
        const book: Book = {
            sheets: ['Secret', 'Prices', 'Stock'].map((name, i) => ({
                name,
                state: i === 0 ? 'veryHidden' : undefined,
                xml: row(1, text('from')) + row(2, text(name)),
            })),
        };
        expect((await read(book)).records).toEqual([{ from: 'Prices' }]);
        expect((await read(book, { sheet: 'stock' })).records).toEqual([{ from: 'Stock' }]);
        expect((await read(book, { sheet: 1 })).records).toEqual([{ from: 'Secret' }]);
        await expect(read(book, { sheet: 'Stok' })).rejects.toMatchObject({
            message: '"test.xlsx" has no sheet "Stok". Its sheets are: Secret, Prices, Stock.',
            hint: 'Did you mean "Stock"?',
        });
        await expect(read(book, { sheet: 4 })).rejects.toMatchObject({ code: 'sheet-not-found' });
    });

    it('fills in missing cells, and understands sheets that leave out addresses', async () => {
        const { records } = await read(
            sheet(
                '<row>' + text('a') + text('b') + text('c') + '</row>',
                row(5, text('1', 'A5'), text('3', 'C5')),
                `<row>${text('x')}</row>`,
            ),
        );
        expect(records).toEqual([
            { a: '1', b: '', c: '3' },
            { a: 'x', b: '', c: '' },
        ]);
        const omitted = await read(sheet(row(1, text('a'), text('b')), row(2, text('1'))), { emptyCells: 'OMIT' });
        expect(omitted.records).toEqual([{ a: '1' }]);
    });

    it('refuses rows with an error, with cells outside the columns, and above the limit', async () => {
        const { records, errors } = await read(
            sheet(
                row(1, text('a'), text('b')),
                row(2, text('1'), '<c r="B2" t="e"><v>#N/A</v></c>'),
                row(3, text('1'), text('2'), text('3', 'AB3')),
                row(4, text('x'.repeat(600), 'A4'), text('y'.repeat(600), 'B4')),
                row(5, text('1'), text('2')),
            ),
            { maxRecordBytes: 1_000 },
        );
        expect(records).toEqual([{ a: '1', b: '2' }]);
        expect(errors).toEqual([
            'cell-holds-error@2: Cell B2 of "test.xlsx" holds the error #N/A.',
            'wrong-column-count@3: Cell AB3 of "test.xlsx" stands outside the 2 columns of the header row.',
            'record-too-large@4: Row 4 of "test.xlsx" is larger than 1000 bytes.',
        ]);
    });

    it('checks required columns, and warns about a sheet with a header only', async () => {
        await expect(read(sheet(row(1, text('skku'))), { requiredColumns: ['sku'] })).rejects.toMatchObject({
            code: 'missing-column',
            hint: 'Did you mean "skku"?',
        });
        expect((await read(sheet(row(1, text('a'))))).warnings[0]).toContain('no records');
        await expect(read(sheet())).rejects.toMatchObject({ code: 'file-empty' });
    });

    it('refuses archives that would grow too much', async () => {
        const bomb = { ...partsOf(sheet(row(1, text('a')))), 'xl/media/x.bin': '0'.repeat(40 * 1024 * 1024) };
        await expect(read(bomb)).rejects.toMatchObject({
            code: 'workbook-too-large',
            message: expect.stringContaining('-fold') as string,
        });
        await expect(read(bomb, { limits: { maxBytes: 1024 * 1024, maxRatio: 1e9 } })).rejects.toMatchObject({
            code: 'workbook-too-large',
        });
    });

    it('refuses parts that unzip to little, but fill the memory', async () => {
        const book = partsOf({ sheets: [{ name: 'S', xml: '<row><c t="inlineStr"><is><t>a</t></is></c></row>' }] });
        await expect(read({ ...book, 'xl/worksheets/s0.xml': '<a>'.repeat(100_000) })).rejects.toMatchObject({
            code: 'workbook-damaged',
            message: 'The workbook "test.xlsx" is damaged: its elements are nested more than 200 levels deep.',
        });
        const text = 'x'.repeat(15 * 1024 * 1024);
        const long = `<sst><si><t>${text}</t></si><si><t>${text.slice(9)}<!-- -->${text}</t></si></sst>`;
        await expect(
            read({ ...book, 'xl/sharedStrings.xml': long }, { limits: { maxBytes: 1e9, maxRatio: 1e9 } }),
        ).rejects.toMatchObject({ code: 'workbook-too-large' });
        const styles = `<styleSheet><cellXfs>${'<xf/>'.repeat(7_000_000)}</cellXfs></styleSheet>`;
        await expect(
            read({ ...book, 'xl/styles.xml': styles }, { limits: { maxBytes: 1e9, maxRatio: 1e9 } }),
        ).rejects.toMatchObject({ code: 'workbook-too-large' });
    });

    it('refuses what is no workbook', async () => {
        await expect(read({ 'readme.txt': 'x' })).rejects.toMatchObject({ code: 'workbook-unreadable' });
        const broken = partsOf(sheet(row(1, text('a'))));
        await expect(read({ ...broken, 'xl/worksheets/s0.xml': '<worksheet><row>' })).rejects.toMatchObject({
            code: 'workbook-damaged',
        });
        const gone: OpenedFile = {
            name: 'x.xlsx',
            sizeBytes: 1,
            fingerprint: '',
            localPath: join(directory, 'gone'),
            stream: () => expect.unreachable(),
        };
        const parsing = { file: 'x.xlsx', signal: new AbortController().signal, warn: () => undefined };
        await expect(collect(parseXlsx(gone, CSV_DEFAULTS, parsing))).rejects.toMatchObject({
            code: 'file-disappeared',
        });
    });

    it('reads many rows in pages without holding them', async () => {
        const rows = Array.from({ length: 20_000 }, (_, i) => row(i + 2, text(`S${i}`), `<c><v>${i}</v></c>`)).join('');
        const file = await write(partsOf(sheet(row(1, text('sku'), text('n')), rows)));
        const shares: number[] = [];
        let count = 0;
        const parsing = { file: file.name, signal: new AbortController().signal, warn: () => undefined };
        const options = { ...CSV_DEFAULTS, onProgress: (share: number) => void shares.push(share) };
        for await (const page of parseXlsx(file, options, parsing)) {
            expect(page.length).toBeLessThanOrEqual(500);
            count += page.length;
        }
        expect(count).toBe(20_000);
        expect(shares.at(-1)).toBe(1);
    });
});
