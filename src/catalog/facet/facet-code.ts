import { codeFor } from '../product/codes';
import type { FacetRecord } from './facet-record';

/** The code that a record goes by: its own, else the one that Vendure's importer would make of the name. */
export function codeOf({ code, name, translations }: FacetRecord, languageCode: string): string | undefined {
    if (code !== undefined) return code;
    const inOwn = translations?.find(translation => translation.languageCode === languageCode)?.name;
    const main = name ?? inOwn ?? translations?.find(translation => translation.name !== undefined)?.name;
    return main === undefined ? undefined : codeFor(main);
}
