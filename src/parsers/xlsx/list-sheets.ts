import type { OpenedFile } from '../../sdk/extractor';
import { readSheets, type SheetEntry } from './workbook';
import { DEFAULT_ZIP_LIMITS, ZipArchive } from './zip-archive';

/** Names of the sheets of a workbook, in their order; no rows are read. */
export async function listSheets(file: OpenedFile): Promise<Pick<SheetEntry, 'name' | 'hidden'>[]> {
    const zip = await ZipArchive.open(file.localPath, file.name, DEFAULT_ZIP_LIMITS);
    try {
        const { sheets } = await readSheets(zip, file.name);
        return sheets.map(({ name, hidden }) => ({ name, hidden }));
    } finally {
        zip.close();
    }
}
