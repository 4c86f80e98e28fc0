import { fieldPaths, isJsonObject } from '../record-shape';

interface Ranked {
    code: string;
    category: string;
    schema: unknown;
    recordSchema: unknown;
}

/** What files hold most often, for the case that the names of the columns say nothing. */
const usual = ['product', 'productVariant', 'variantPrice', 'stockLevel', 'customer', 'collection', 'order', 'asset'];

/**
 * Best first: those whose fields have the names of the columns and which could find what exists by one of them. What writes
 * to other systems comes last, because it takes whatever it gets.
 *
 * @param ofKnownKinds codes of the loaders of kinds of files that this one may be of; they go before all
 */
export function rankLoaders<Loader extends Ranked>(
    loaders: readonly Loader[],
    columns: readonly string[],
    ofKnownKinds: readonly string[] = [],
): Loader[] {
    const names = new Set(columns.map(plain));
    const scores = new Map(loaders.map(loader => [loader.code, score(loader, names)]));
    const place = ({ code }: Loader) => (usual.includes(code) ? usual.indexOf(code) : usual.length);
    const isKnown = ({ code }: Loader) => (ofKnownKinds.includes(code) ? 1 : 0);
    const isOutbound = ({ category, recordSchema }: Loader) =>
        category === 'outbound' || fieldPaths(recordSchema).length === 0 ? 1 : 0;
    return [...loaders].sort(
        (a, b) =>
            isKnown(b) - isKnown(a) ||
            isOutbound(a) - isOutbound(b) ||
            scores.get(b.code)! - scores.get(a.code)! ||
            place(a) - place(b) ||
            a.code.localeCompare(b.code),
    );
}

function score({ schema, recordSchema }: Ranked, columns: ReadonlySet<string>): number {
    if (columns.size === 0) return 0;
    const fields = new Set(fieldPaths(recordSchema).map(path => plain(path.split('.').at(-1)!)));
    const matched = [...columns].filter(name => fields.has(name)).length / columns.size;
    const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
    const matchBy = isJsonObject(properties.matchBy) ? properties.matchBy.default : undefined;
    const hasKey = typeof matchBy === 'string' && columns.has(plain(matchBy));
    if (hasKey) return matched + 0.5;
    // Of many columns a few are called like some field of anything.
    return matched < leastShare ? 0 : matched;
}

const leastShare = 0.3;

/** `Stock on hand` and `stock_on_hand` are the same name. */
const plain = (name: string): string => name.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, '');
