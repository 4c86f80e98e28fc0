import { zipOf } from './zip';

/** An Excel workbook with these sheets; the first one holds the rows, as texts. */
export function workbookWith(sheets: readonly string[], rows: readonly (readonly string[])[]): Buffer {
    const relation = (id: string, type: string, target: string) =>
        `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`;
    const listed = sheets.map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="s${index}"/>`);
    const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const table = rows.map((row, index) => `<row r="${index + 1}">${row.map(cell).join('')}</row>`).join('');
    const files: Record<string, string> = {
        '_rels/.rels': `<Relationships>${relation('r', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
        'xl/workbook.xml': `<workbook xmlns:r="r"><sheets>${listed.join('')}</sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': `<Relationships>${sheets.map((_, index) => relation(`s${index}`, 'worksheet', `s${index}.xml`)).join('')}</Relationships>`,
        ...Object.fromEntries(
            sheets.map((_, index) => [
                `xl/s${index}.xml`,
                `<worksheet><sheetData>${index === 0 ? table : ''}</sheetData></worksheet>`,
            ]),
        ),
    };
    return zipOf(Object.fromEntries(Object.entries(files).map(([name, xml]) => [name, Buffer.from(xml)])));
}
