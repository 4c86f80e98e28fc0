import { codeFor } from '../product/codes';
import type { FacetRecord } from './facet-record';

/** The code that a record goes by: its own, else the one that Vendure's importer would make of the name. */
export function codeOf(record: FacetRecord, languageCode: string): string | undefined {
    if (record.code !== undefined) return record.code;
    const main = mainNameOf(record, languageCode);
    return main === undefined ? undefined : codeFor(main);
}

/** The name that a code is made of. */
export function mainNameOf({ name, translations }: FacetRecord, languageCode: string): string | undefined {
    const inOwn = translations?.find(translation => translation.languageCode === languageCode)?.name;
    return name ?? inOwn ?? translations?.find(translation => translation.name !== undefined)?.name;
}
