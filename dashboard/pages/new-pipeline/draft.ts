/** As DataHubConversion of the Admin API. */
export type Conversion = 'NONE' | 'TEXT' | 'MONEY' | 'INTEGER' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'LIST' | 'FACETS';

/** As DataHubSentence of the Admin API. */
interface Sentence {
    text: string;
    template: string;
    values: unknown;
}

/** As DataHubMappingTarget of the Admin API. */
export interface Target {
    path: string;
    label: string;
    conversion: Conversion;
}

/** As DataHubMappingSuggestions of the Admin API. */
export interface Suggestions {
    mappings: { column: string; target: string; conversion: Conversion; options: unknown; reasons: Sentence[] }[];
    matchBy: string | null;
    groupBy: string | null;
}

/** A file that the server has stored. */
export interface Uploaded {
    uploadId: string;
    name: string;
    sizeBytes: number;
}

export interface Mapping {
    column: string;
    target: string;
    conversion: Conversion;
    options: Record<string, unknown>;
    /** Why the server suggests it; absent for what somebody has chosen. */
    reasons?: Sentence[];
}

/** What goes where, for one loader. */
export interface Fields {
    mappings: Mapping[];
    /** Columns that suggestions were asked for: what is not mapped of them was left out on purpose. */
    knownColumns: string[];
    groupBy: string | null;
    loaderConfig: Record<string, string>;
}

/** Everything that somebody has decided on the way from a file to a pipeline. */
export interface Draft {
    upload: Uploaded | null;
    /** Settings of the extractor that were chosen, over what the server finds out by itself. */
    file: Record<string, unknown>;
    /** Code of a known kind of file: then neither loader nor fields count. */
    style: string | null;
    loader: string | null;
    /** By loader, so that trying another one loses nothing. */
    fields: Record<string, Fields>;
    name: string;
    code: string;
    /** When it was made: going back and on again changes that pipeline instead of making another. */
    created: { pipelineId: string; revision: number } | null;
}

export const emptyDraft: Draft = {
    upload: null,
    file: {},
    style: null,
    loader: null,
    fields: {},
    name: '',
    code: '',
    created: null,
};

/** Another file keeps what was decided about fields; what fits no column of it any more falls away where it is shown. */
export function withUpload(draft: Draft, upload: Uploaded): Draft {
    const name = nameOf(upload.name);
    return { ...draft, upload, file: {}, style: null, created: null, name, code: codeOf(name) };
}

/** The settings of the extractor as far as they are known. */
export function fileOf(draft: Draft): Record<string, unknown> {
    return { uploadId: draft.upload?.uploadId, ...draft.file };
}

export function withFields(draft: Draft, loader: string, change: Partial<Fields>): Draft {
    const fields = { ...(draft.fields[loader] ?? noFields), ...change };
    return { ...draft, fields: { ...draft.fields, [loader]: fields } };
}

export const noFields: Fields = { mappings: [], knownColumns: [], groupBy: null, loaderConfig: {} };

/** `shopify_homeware-2.csv.gz` → `Shopify homeware 2` */
export function nameOf(fileName: string): string {
    const words = fileName
        .replace(/(\.[a-z]{2,6}){1,2}$/i, '')
        .replace(/[_\-.\s]+/g, ' ')
        .trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
}

/** As the server takes it: letters, digits, - and _. */
export function codeOf(name: string): string {
    return name
        .toLowerCase()
        .replace(/ä/g, 'ae')
        .replace(/ö/g, 'oe')
        .replace(/ü/g, 'ue')
        .replace(/ß/g, 'ss')
        .normalize('NFKD')
        .replace(/\p{Mark}/gu, '')
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '')
        .slice(0, 100);
}
