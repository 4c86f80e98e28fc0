import { createHash } from 'node:crypto';

/** `DataHubReference.source` of assets that were made from a path or URL of an import. */
export const ASSET_SOURCE = 'asset';
/** The same for the content of assets, by hash, and for the file names that have been stored under. */
export const ASSET_CONTENT_SOURCE = 'asset-content';
export const ASSET_FILE_SOURCE = 'asset-file';
export const ASSET_ENTITY_TYPE = 'Asset';

const MAX_LENGTH = 190;
/** ASCII without blanks, capitals and control characters. */
const READABLE = /^[!-@[-~]+$/;

/**
 * The external id under which a key is stored in `DataHubReference`. Keys longer than the indexed column can hold are
 * stored as a hash. So are keys that end in a blank or differ from another only in case or accents: MySQL's default
 * collations would take two such keys for one, hence only plain lower-case ASCII is stored readable.
 */
export function assetReferenceId(key: string): string {
    if (key.length <= MAX_LENGTH && READABLE.test(key) && !key.startsWith('sha256:')) return key;
    return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
