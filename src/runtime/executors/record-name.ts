import type { JsonObject } from '../../../shared/json';
import { DirectLoader, isDirect, Loader } from '../../sdk/loader';

/** Name of a record for people; undefined when the loader cannot tell, which must not hide the error being reported. */
export function nameOf(loader: Loader | DirectLoader, record: JsonObject): string | undefined {
    if (isDirect(loader)) return undefined;
    try {
        return loader.nameOf(record) || undefined;
    } catch {
        return undefined;
    }
}
