import { posix } from 'node:path';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { numberKind, NumberKind } from './number-formats';
import { SharedStrings, sharedStringsHandler } from './shared-strings';
import { readXml } from './xml-events';
import { damaged, ZipArchive } from './zip-archive';

/** What the rows of one sheet need to be understood. */
export interface SheetFacts {
    /** Part of the archive that holds the rows. */
    part: string;
    name: string;
    date1904: boolean;
    strings: SharedStrings;
    /** By the style number of a cell. */
    kinds: NumberKind[];
}

export interface SheetEntry {
    name: string;
    relation: string;
    hidden: boolean;
}

/** `sheet` is a name, or a position that counts from 1; absent: the first sheet that is not hidden. */
export async function readWorkbook(
    zip: ZipArchive,
    file: string,
    sheet: string | number | undefined,
): Promise<SheetFacts> {
    const { sheets, date1904, workbookPart } = await readSheets(zip, file);
    const chosen = chooseSheet(sheets, sheet, file);
    const directory = posix.dirname(workbookPart);
    const parts = await relations(zip, `${directory}/_rels/${posix.basename(workbookPart)}.rels`, directory);
    const part = parts.byId(chosen.relation);
    if (part === undefined) throw damaged(file, `the sheet "${chosen.name}" has no rows part`);
    return {
        part,
        name: chosen.name,
        date1904,
        strings: await readStrings(zip, parts.byType('/sharedStrings')),
        kinds: await readKinds(zip, parts.byType('/styles')),
    };
}

/** In the order of the workbook. */
export async function readSheets(
    zip: ZipArchive,
    file: string,
): Promise<{ sheets: SheetEntry[]; date1904: boolean; workbookPart: string }> {
    const root = await relations(zip, '_rels/.rels', '');
    const workbookPart = root.byType('/officeDocument') ?? 'xl/workbook.xml';
    if (!zip.has(workbookPart)) {
        throw new UserError(
            'workbook-unreadable',
            `"${file}" is a zip archive, but not an Excel workbook (.xlsx).`,
            'Save it as .xlsx, or set the format that it has.',
            { file },
        );
    }
    const sheets: SheetEntry[] = [];
    let date1904 = false;
    await readXml(zip.readSmall(workbookPart), {
        open(name, attributes) {
            if (name === 'workbookPr') date1904 = attributes['date1904'] === '1' || attributes['date1904'] === 'true';
            if (name !== 'sheet') return;
            const relation = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
            sheets.push({
                name: attributes['name'] ?? '',
                relation: relation ?? '',
                hidden: attributes['state']?.includes('idden') ?? false,
            });
        },
    });
    return { sheets, date1904, workbookPart };
}

export function chooseSheet<S extends Pick<SheetEntry, 'name' | 'hidden'>>(
    sheets: readonly S[],
    wanted: string | number | undefined,
    file: string,
): S {
    const chosen =
        wanted === undefined
            ? (sheets.find(sheet => !sheet.hidden) ?? sheets[0])
            : typeof wanted === 'number'
              ? sheets[wanted - 1]
              : (sheets.find(sheet => sheet.name === wanted) ??
                sheets.find(sheet => sheet.name.toLowerCase() === wanted.toLowerCase()));
    if (chosen) return chosen;
    const names = sheets.map(sheet => sheet.name);
    throw new UserError(
        'sheet-not-found',
        `"${file}" has no sheet ${typeof wanted === 'number' ? `at position ${wanted}` : `"${wanted}"`}. Its sheets are: ${names.join(', ')}.`,
        typeof wanted === 'string'
            ? didYouMean(wanted, names)
            : `Give a position from 1 to ${names.length}, or a name.`,
        { file, field: 'sheet' },
    );
}

async function readStrings(zip: ZipArchive, part: string | undefined): Promise<SharedStrings> {
    const strings = new SharedStrings(why => zip.tooLarge(why));
    if (part !== undefined && zip.has(part)) await readXml(zip.read(part), sharedStringsHandler(strings));
    return strings;
}

async function readKinds(zip: ZipArchive, part: string | undefined): Promise<NumberKind[]> {
    const kinds: NumberKind[] = [];
    if (part === undefined || !zip.has(part)) return kinds;
    const codes = new Map<number, string>();
    let inCellFormats = false;
    await readXml(zip.readSmall(part), {
        open(name, attributes) {
            if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
            else if (name === 'cellXfs') inCellFormats = true;
            else if (name === 'xf' && inCellFormats) {
                const id = Number(attributes['numFmtId'] ?? 0);
                kinds.push(numberKind(id, codes.get(id)));
            }
        },
        close(name) {
            if (name === 'cellXfs') inCellFormats = false;
        },
    });
    return kinds;
}

interface Relations {
    byId(id: string): string | undefined;
    /** By the end of the type's URI, which differs between the strict and the usual flavour. */
    byType(type: string): string | undefined;
}

async function relations(zip: ZipArchive, part: string, directory: string): Promise<Relations> {
    const found: { id: string; type: string; target: string }[] = [];
    if (zip.has(part)) {
        await readXml(zip.readSmall(part), {
            open(name, attributes) {
                if (name !== 'Relationship') return;
                const target = attributes['Target'] ?? '';
                found.push({
                    id: attributes['Id'] ?? '',
                    type: attributes['Type'] ?? '',
                    target: target.startsWith('/') ? target.slice(1) : posix.join(directory, target),
                });
            },
        });
    }
    return {
        byId: id => found.find(relation => relation.id === id)?.target,
        byType: type => found.find(relation => relation.type.endsWith(type))?.target,
    };
}
