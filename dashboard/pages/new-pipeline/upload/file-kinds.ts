/** Endings of files that pipelines read; each but the workbook may be gzipped. */
const fileEndings = ['.csv', '.tsv', '.txt', '.xlsx', '.json', '.ndjson', '.jsonl', '.xml'];

/** For the dialog that chooses a file. */
export const acceptedFiles = [...fileEndings, '.gz'].join(',');

/** What keeps a file from being uploaded, before a byte is sent. */
export type FileProblem = 'kind' | 'old-workbook' | 'empty';

export function fileProblem({ name, size }: { name: string; size: number }): FileProblem | undefined {
    const plain = name.toLowerCase().replace(/\.gz$/, '');
    if (/\.(xls|xlsb|ods|numbers)$/.test(plain)) return 'old-workbook';
    if (!fileEndings.some(ending => plain.endsWith(ending))) return 'kind';
    return size === 0 ? 'empty' : undefined;
}
