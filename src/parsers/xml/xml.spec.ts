import { describe, expect, it } from 'vitest';
import { chunked, fileOf, readAll } from '../reading.fixture';
import { declaredXmlEncoding, parseXml, XmlOptions } from './xml-parser';

const readXml = (content: string | Buffer | Buffer[], options: Partial<XmlOptions> = {}) =>
    readAll(
        fileOf(content, 'test.xml'),
        (source, parsing) => parseXml(source, { maxRecordBytes: 2_000, emptyCells: 'TEXT', ...options }, parsing),
        { declaredEncoding: declaredXmlEncoding },
    );

const CATALOG = `<?xml version="1.0"?>
<!-- products -->
<catalog xmlns:g="urn:g">
  <product id="1">
    <sku>00123</sku>
    <g:price currency="EUR">19.99</g:price>
    <image>a.jpg</image><image>b.jpg</image>
    <text><![CDATA[ <b>bold</b> & more ]]></text>
    <empty/>
    <nil xsi:nil="true" xmlns:xsi="x"/>
    <variant><product>inner</product></variant>
  </product>
  <other>x</other>
  <product id="2"><sku>A &amp; B &#8364;</sku></product>
</catalog>`;

describe('XML', () => {
    it('keeps the blanks of a CDATA and removes those around it', async () => {
        const cells = [
            '<a>\n    <![CDATA[ x ]]>\n  </a>',
            '<b> 1 <![CDATA[ 2 ]]> 3 <![CDATA[4 ]]> </b>',
            '<c n="1">\n<![CDATA[]]>\n</c>',
            '<d> <![CDATA[  ]]> </d>',
        ];
        const { records } = await readXml(`<r><i>${cells.join('')}</i></r>`);
        expect(records).toEqual([{ a: ' x ', b: '1  2  3 4 ', c: { '@n': '1' }, d: '  ' }]);
    });

    it('turns elements into records', async () => {
        for (const size of [1, 7, 10_000]) {
            const { items } = await readXml(chunked(CATALOG, size), { recordElement: 'product' });
            expect(items).toEqual([
                {
                    data: {
                        '@id': '1',
                        sku: '00123',
                        'g:price': { '@currency': 'EUR', '#text': '19.99' },
                        image: ['a.jpg', 'b.jpg'],
                        text: ' <b>bold</b> & more ',
                        empty: '',
                        nil: null,
                        variant: { product: 'inner' },
                    },
                    line: 4,
                    lastLine: 12,
                },
                { data: { '@id': '2', sku: 'A & B €' }, line: 14 },
            ]);
        }
    });

    it('takes the children of the root when no element is named', async () => {
        expect((await readXml('<r><a>1</a><b x="2"/></r>')).records).toEqual([{ '#text': '1' }, { '@x': '2' }]);
    });

    it.each(['channel/item', '/rss/channel/item', 'item', 'g:item'])('finds elements by %s', async recordElement => {
        const name = recordElement === 'g:item' ? 'g:item' : 'item';
        const { records } = await readXml(`<rss><channel><${name}><t>1</t></${name}></channel></rss>`, {
            recordElement,
        });
        expect(records).toEqual([{ t: '1' }]);
    });

    it('finds elements with a prefix by their plain name', async () => {
        expect((await readXml('<f><g:item><t>1</t></g:item></f>', { recordElement: 'item' })).records).toEqual([
            { t: '1' },
        ]);
    });

    it.each([
        ['NULL' as const, { a: null }],
        ['OMIT' as const, {}],
    ])('turns empty elements into %s', async (emptyCells, expected) => {
        expect((await readXml('<r><p><a/></p></r>', { emptyCells })).records).toEqual([expected]);
    });

    it('expands no entities', async () => {
        const bomb = '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
        for (const entity of ['b', 'f']) {
            await expect(readXml(`${bomb}<r><p>&${entity};</p></r>`)).rejects.toMatchObject({
                code: 'malformed-xml',
                hint: expect.stringContaining('entities of a DTD are not expanded') as string,
            });
        }
    });

    it('ends at malformed XML with its line, after the records before it', async () => {
        for (const size of [4, 1_000]) {
            const seen: unknown[] = [];
            const read = readAll(
                fileOf(chunked('<r>\n<p>1</p>\n<p>2</q>\n<p>3</p></r>', size), 'test.xml'),
                async function* (source, parsing) {
                    for await (const page of parseXml(source, { maxRecordBytes: 100, emptyCells: 'TEXT' }, parsing)) {
                        seen.push(...page);
                        yield page;
                    }
                },
            );
            await expect(read).rejects.toMatchObject({ code: 'malformed-xml', place: { line: 3 } });
            expect(seen).toHaveLength(1);
        }
        await expect(readXml('<r><p>1</p>')).rejects.toMatchObject({ code: 'malformed-xml' });
    });

    it('gives up a document that only ever goes deeper, before its levels fill the memory', async () => {
        const levels = Array.from({ length: 100 }, () => Buffer.from('<a>'.repeat(1_000)));
        for (const recordElement of ['other', undefined]) {
            await expect(readXml(levels, { recordElement })).rejects.toMatchObject({ code: 'xml-too-deep' });
        }
    });

    it('passes over a record above the limit, and one that is nested too deeply', async () => {
        const text = `<r><p>1</p>\n<p><a>${'x'.repeat(5_000)}</a><b/></p>\n<p>${'<d>'.repeat(250)}${'</d>'.repeat(250)}</p>\n<p>4</p></r>`;
        for (const size of [64, 100_000]) {
            const { records, errors } = await readXml(chunked(text, size));
            expect(records).toEqual([{ '#text': '1' }, { '#text': '4' }]);
            expect(errors).toEqual([
                'record-too-large@2: The record at line 2 of "test.xml" is larger than 2000 bytes.',
                'record-too-deep@3: The record at line 3 of "test.xml" is nested more than 200 levels deep.',
            ]);
        }
    });

    it('follows the encoding of its declaration', async () => {
        const text = '<?xml version="1.0" encoding="ISO-8859-1"?><r><p>Müller</p></r>';
        expect((await readXml(Buffer.from(text, 'latin1'))).records).toEqual([{ '#text': 'Müller' }]);
    });

    it('names the elements there are when none is a record', async () => {
        expect((await readXml('<r><a/><b/></r>', { recordElement: 'item' })).warnings).toEqual([
            '"test.xml" has no element "item". Its elements are: r, a, b.',
        ]);
    });

    it('an element called __proto__ is a field', async () => {
        const { records } = await readXml('<r><p><__proto__><x>1</x></__proto__></p></r>');
        expect(Object.keys(records[0]!)).toEqual(['__proto__']);
    });
});
