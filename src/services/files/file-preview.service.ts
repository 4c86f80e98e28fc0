import { Inject, Injectable } from '@nestjs/common';
import { analyse } from 'chardet';
import type { JsonObject } from '../../../shared/json';
import { type FileConfig, fileConfig } from '../../extractors/file/file.config';
import { fileExtractor } from '../../extractors/file/file.extractor';
import { detectFormat, extensionOf, type FileFormat } from '../../extractors/file/file-format';
import { recogniseStyles, type RecognisedStyle } from '../../mappers/file-styles/file-styles';
import { type ColumnProfile, Profiler } from '../../mappers/profile/column-profile';
import { guessDialect } from '../../parsers/csv/csv-dialect';
import { recordPathsOf } from '../../parsers/json/record-paths';
import { TextSource } from '../../parsers/text/text-source';
import { chooseSheet } from '../../parsers/xlsx/workbook';
import { listSheets } from '../../parsers/xlsx/list-sheets';
import { declaredXmlEncoding } from '../../parsers/xml/xml-parser';
import { UserError } from '../../sdk/errors';
import type { FileAccess, OpenedFile } from '../../sdk/extractor';
import { FILE_ACCESS } from '../adapter-runtime.service';

export interface FilePreview {
    name: string;
    sizeBytes: number;
    format: FileFormat;
    encoding: string | null;
    delimiter: string | null;
    sheets: { name: string; hidden: boolean; chosen: boolean }[];
    recordsPath: string | null;
    recordsPaths: string[];
    config: JsonObject;
    columns: ColumnProfile[];
    rows: JsonObject[];
    problems: { line: number | null; message: string; hint: string | null }[];
    sampledRecords: number;
    complete: boolean;
    styles: RecognisedStyle[];
}

/** Enough to know a file by, and little enough to be read while somebody waits. */
const MAX_SAMPLED_RECORDS = 5_000;
const MAX_SAMPLED_CHARACTERS = 8_000_000;
const MAX_PROBLEMS = 20;
const HEAD_BYTES = 64 * 1024;
const DEFAULT_ROWS = 20;
const MAX_ROWS = 200;

/** Says what is in a file, by its beginning. */
@Injectable()
export class FilePreviewService {
    constructor(@Inject(FILE_ACCESS) private readonly files: FileAccess) {}

    /** `file`: settings of the extractor `file`, as far as they are known. */
    async preview(file: unknown, rows = DEFAULT_ROWS): Promise<FilePreview> {
        if (!Number.isInteger(rows) || rows < 0 || rows > MAX_ROWS) {
            throw new UserError(
                'rows-invalid',
                `A preview cannot show ${rows} rows.`,
                `Give rows from 0 to ${MAX_ROWS}.`,
            );
        }
        const given = settingsOf(file);
        const opened = await this.files.open({ path: given.path, uploadId: given.uploadId });
        const found = await this.findOut(opened, given);
        const config = { ...(file as JsonObject), ...found.settings };
        const sample = await this.sample(fileConfig.parse(config), rows);
        const styles = recogniseStyles(sample.columns.map(({ name }) => name));
        return { name: opened.name, sizeBytes: opened.sizeBytes, ...found.shown, config, ...sample, styles };
    }

    private async findOut(file: OpenedFile, given: FileConfig) {
        const signal = new AbortController().signal;
        const encoding = given.encoding ?? (await encodingOf(file));
        const source = { signal, encoding, declaredEncoding: declaredXmlEncoding };
        const format = given.format === 'AUTO' ? await detectFormat(file, source) : given.format;
        const shown = {
            format,
            encoding: format === 'XLSX' ? null : (encoding ?? 'utf-8'),
            delimiter: null as string | null,
            sheets: [] as FilePreview['sheets'],
            recordsPath: null as string | null,
            recordsPaths: [] as string[],
        };
        const settings: JsonObject = { format };
        if (encoding !== undefined && format !== 'XLSX') settings.encoding = encoding;
        if (format === 'XLSX') {
            const sheets = await listSheets(file);
            const chosen = sheets.length === 0 ? undefined : chooseSheet(sheets, given.sheet, file.name);
            shown.sheets = sheets.map(sheet => ({ ...sheet, chosen: sheet === chosen }));
            if (chosen) settings.sheet = chosen.name;
        } else if (format === 'CSV') {
            const head = await new TextSource(file, source).head(HEAD_BYTES);
            const usual = ['tsv', 'tab'].includes(extensionOf(file.name)) ? '\t' : undefined;
            shown.delimiter = given.delimiter ?? usual ?? guessDialect(head.toString('utf8'), given.quote).delimiter;
            settings.delimiter = shown.delimiter;
        } else if (format === 'JSON') {
            const head = await new TextSource(file, source).head(HEAD_BYTES * 16);
            shown.recordsPaths = recordPathsOf(head);
            shown.recordsPath = given.recordsPath ?? shown.recordsPaths[0] ?? null;
            if (shown.recordsPath) settings.recordsPath = shown.recordsPath;
        }
        return { shown, settings };
    }

    private async sample(config: FileConfig, rows: number) {
        const profiler = new Profiler();
        const first: JsonObject[] = [];
        const problems: FilePreview['problems'] = [];
        let sampledRecords = 0;
        let characters = 0;
        let complete = true;
        const controller = new AbortController();
        const context = { host: undefined, files: this.files, signal: controller.signal, log: () => undefined };
        try {
            pages: for await (const { items } of fileExtractor.read({ config, context })) {
                for (const item of items) {
                    if (sampledRecords >= MAX_SAMPLED_RECORDS || characters >= MAX_SAMPLED_CHARACTERS) {
                        complete = false;
                        break pages;
                    }
                    sampledRecords++;
                    if ('error' in item) {
                        problems.push(shownProblem(item.error, item.line));
                        continue;
                    }
                    if (first.length < rows) first.push(item.data);
                    profiler.add(item.data);
                    characters += JSON.stringify(item.data).length;
                }
            }
        } catch (thrown) {
            // What was read before a fault in the middle of the file helps to find it.
            if (!(thrown instanceof UserError) || sampledRecords === 0) throw thrown;
            problems.unshift(shownProblem(thrown, thrown.place.line));
            complete = false;
        }
        return {
            columns: profiler.profiles(),
            rows: first,
            problems: problems.slice(0, MAX_PROBLEMS),
            sampledRecords,
            complete,
        };
    }
}

function settingsOf(file: unknown): FileConfig {
    const parsed = fileConfig.safeParse(file);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const where = issue.path.join('.');
    throw new UserError(
        'file-settings-invalid',
        `The settings of the file cannot be used: ${where === '' ? '' : `${where}: `}${issue.message}`,
        'Give settings of the extractor "file", such as { "uploadId": "…" }.',
    );
}

/** Only what cannot be UTF-8 is guessed; undefined where the file says it by itself. */
async function encodingOf(file: OpenedFile): Promise<string | undefined> {
    const signal = new AbortController().signal;
    try {
        await new TextSource(file, { signal, declaredEncoding: declaredXmlEncoding }).head(HEAD_BYTES);
        return undefined;
    } catch (thrown) {
        if (!(thrown instanceof UserError)) throw thrown;
        // A workbook; whoever reads it as text is told so then.
        if (thrown.code === 'not-a-text-file') return undefined;
        if (thrown.code !== 'invalid-encoding') throw thrown;
    }
    const raw = await new TextSource(file, { signal, encoding: 'latin1' }).head(HEAD_BYTES);
    const likely = analyse(Buffer.from(raw.toString('utf8'), 'latin1')).find(({ name }) => name !== 'UTF-8');
    // Windows-1252 is what programs mean that say ISO 8859-1, and holds the euro besides.
    const name = likely?.name.toLowerCase() ?? 'iso-8859-1';
    return name === 'iso-8859-1' ? 'windows-1252' : name;
}

function shownProblem({ message, hint }: Pick<UserError, 'message' | 'hint'>, line: number | undefined) {
    return { line: line ?? null, message, hint: hint ?? null };
}
