import { useLingui } from '@lingui/react/macro';
import { NativeSelectOption } from '@vendure/dashboard';
import { PlainSelect } from '../../../components/fields/plain-select';
import { SettledInput } from '../../../components/fields/settled-input';
import type { FilePreview } from '../use-file-preview';
import { DelimiterField } from './delimiter-field';

type FileSettings = Record<string, unknown>;

interface FormatOptionsProps {
    /** Undefined while nothing could be read. */
    preview: FilePreview | undefined;
    file: FileSettings;
    onChange: (file: FileSettings) => void;
}

const formats = ['CSV', 'XLSX', 'JSON', 'NDJSON', 'XML'];
const encodings = ['utf-8', 'windows-1252', 'iso-8859-15', 'utf-16le', 'utf-16be', 'windows-1250', 'macintosh'];

/** How the file is read: what the server found out, to be put right where it is wrong. */
export function FormatOptions({ preview, file, onChange }: Readonly<FormatOptionsProps>) {
    const { t } = useLingui();
    const format = typeof file.format === 'string' ? file.format : (preview?.format ?? '');
    const set = (change: FileSettings) => {
        const next = { ...file, ...change };
        onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value !== '')));
    };
    const isTable = format === 'CSV' || format === 'XLSX';
    const known = preview?.encoding && !encodings.includes(preview.encoding) ? [preview.encoding] : [];
    return (
        <div className="flex flex-wrap items-end gap-4">
            {/* Another format has settings of its own. */}
            <PlainSelect label={t`Format`} value={format} onChange={value => onChange({ format: value })}>
                {format === '' && <NativeSelectOption value="">…</NativeSelectOption>}
                {formats.map(value => (
                    <NativeSelectOption key={value} value={value}>
                        {value === 'XLSX' ? 'Excel (XLSX)' : value}
                    </NativeSelectOption>
                ))}
            </PlainSelect>
            {format === 'CSV' && (
                <DelimiterField
                    value={asText(file.delimiter) || (preview?.delimiter ?? ',')}
                    onChange={delimiter => set({ delimiter })}
                />
            )}
            {format !== 'XLSX' && format !== '' && (
                <PlainSelect
                    label={t`Encoding`}
                    value={asText(file.encoding) || (preview?.encoding ?? '')}
                    onChange={encoding => set({ encoding })}
                >
                    {!preview && <NativeSelectOption value="">…</NativeSelectOption>}
                    {[...known, ...encodings].map(encoding => (
                        <NativeSelectOption key={encoding} value={encoding}>
                            {encoding}
                        </NativeSelectOption>
                    ))}
                </PlainSelect>
            )}
            {format === 'XLSX' && preview && preview.sheets.length > 0 && (
                <PlainSelect
                    label={t`Sheet`}
                    value={asText(file.sheet) || (preview.sheets.find(({ chosen }) => chosen)?.name ?? '')}
                    onChange={sheet => set({ sheet })}
                >
                    {preview.sheets.map(({ name, hidden }) => (
                        <NativeSelectOption key={name} value={name}>
                            {hidden ? t`${name} (hidden)` : name}
                        </NativeSelectOption>
                    ))}
                </PlainSelect>
            )}
            {isTable && (
                <PlainSelect
                    label={t`First row`}
                    value={file.headerRow === false ? 'data' : 'names'}
                    onChange={value => set({ headerRow: value === 'data' ? false : '' })}
                >
                    <NativeSelectOption value="names">{t`Names of the columns`}</NativeSelectOption>
                    <NativeSelectOption value="data">{t`A record already`}</NativeSelectOption>
                </PlainSelect>
            )}
            {format === 'JSON' && preview && preview.recordsPaths.length > 0 && (
                <PlainSelect
                    label={t`Path of the records`}
                    value={asText(file.recordsPath) || (preview.recordsPath ?? '')}
                    onChange={recordsPath => set({ recordsPath })}
                >
                    {preview.recordsPaths.map(path => (
                        <NativeSelectOption key={path} value={path}>
                            {path === '' ? t`The document itself` : path}
                        </NativeSelectOption>
                    ))}
                </PlainSelect>
            )}
            {format === 'XML' && (
                <SettledInput
                    label={t`Element of a record`}
                    placeholder={t`Every child of the root`}
                    value={asText(file.recordElement)}
                    onChange={recordElement => set({ recordElement })}
                />
            )}
        </div>
    );
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');
