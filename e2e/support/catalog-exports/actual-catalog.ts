import { Asset, Collection, Product } from '@vendure/core';
import type { BootedVendure } from '../vendure';
import { filled, type ReadProduct } from './expected-catalog';

type Node = Record<string, unknown> & { id: string | number };
type Nodes = Node[];

const RELATIONS = [
    'translations',
    'facetValues.translations',
    'facetValues.facet.translations',
    'assets.asset',
    'variants.translations',
    'variants.facetValues.translations',
    'variants.facetValues.facet.translations',
    'variants.options.translations',
    'variants.options.group.translations',
    'variants.assets.asset',
    'variants.productVariantPrices',
    'variants.stockLevels',
    'variants.taxCategory',
    'customFields.owner',
];

/** The products that came after `lastId`, read through the entities of Vendure and nothing of DataHub. */
export async function catalogAfter(shop: BootedVendure, lastId: number): Promise<ReadProduct[]> {
    const query = shop.connection.rawConnection.getRepository(Product).createQueryBuilder('product');
    // By separate queries TypeORM looks through all that is related for each entity: only what is new.
    query.where('product.id > :lastId AND product.deletedAt IS NULL', { lastId }).orderBy('product.id');
    query.setFindOptions({ relations: RELATIONS, relationLoadStrategy: 'query' });
    return ((await query.getMany()) as unknown as Nodes).map(productOf);
}

export async function lastProductId(shop: BootedVendure): Promise<number> {
    const [newest] = await shop.connection.rawConnection
        .getRepository(Product)
        .find({ order: { id: 'DESC' }, take: 1, select: { id: true } });
    return newest ? Number(newest.id) : 0;
}

/** Paths of names from the top, with the number of products of `products` in each. */
export async function collectionsOf(shop: BootedVendure, lastId: number): Promise<Record<string, number>> {
    const collections = (await shop.connection.rawConnection
        .getRepository(Collection)
        .createQueryBuilder('collection')
        .leftJoinAndSelect('collection.translations', 'translation')
        .leftJoinAndSelect('collection.productVariants', 'variant', 'variant.productId > :lastId', { lastId })
        .getMany()) as unknown as (Node & { parentId: unknown; isRoot: boolean })[];
    const byId = new Map(collections.map(collection => [String(collection.id), collection]));
    const pathOf = (collection: (typeof collections)[number]): string => {
        const parent = byId.get(String(collection.parentId));
        const name = text(collection, 'name');
        return parent && !parent.isRoot ? `${pathOf(parent)} > ${name}` : name;
    };
    const counts: Record<string, number> = {};
    for (const collection of collections) {
        if (collection.isRoot) continue;
        const products = (collection.productVariants as Nodes).map(variant => Number(variant.productId));
        counts[pathOf(collection).toLowerCase()] = new Set(products).size;
    }
    return counts;
}

function productOf(product: Node): ReadProduct {
    return {
        name: text(product, 'name'),
        enabled: product.enabled as boolean,
        description: text(product, 'description'),
        facets: facetsOf(product),
        assets: assetsOf(product),
        ...german(product),
        fields: fieldsOf(product),
        variants: (product.variants as Nodes)
            .filter(variant => variant.deletedAt === null)
            .map(variant => {
                const [level] = variant.stockLevels as Nodes;
                const [price] = variant.productVariantPrices as Nodes;
                return {
                    sku: variant.sku as string,
                    enabled: variant.enabled as boolean,
                    price: price!.price as number,
                    options: (variant.options as Nodes).map(
                        option => `${text(option.group as Node, 'name')}:${text(option, 'name')}`,
                    ),
                    stock: (level?.stockOnHand as number | undefined) ?? 0,
                    tracked: variant.trackInventory as string,
                    tax: text(variant.taxCategory as Node, 'name'),
                    facets: facetsOf(variant),
                    assets: assetsOf(variant),
                    ...german(variant),
                    fields: fieldsOf(variant),
                };
            }),
    };
}

function text(entity: Node, field: string): string {
    const translations = (entity.translations as Nodes | undefined) ?? [entity];
    return (translations.find(one => one.languageCode !== 'de') ?? translations[0]!)[field] as string;
}

function german(entity: Node): { german?: string } {
    const found = (entity.translations as Nodes).find(one => one.languageCode === 'de');
    return found ? { german: found.name as string } : {};
}

const facetsOf = (entity: Node): string[] =>
    (entity.facetValues as Nodes).map(value => `${text(value.facet as Node, 'name')}:${text(value, 'name')}`);

const assetsOf = (entity: Node): string[] =>
    [...(entity.assets as Nodes)]
        .sort((a, b) => Number(a.position) - Number(b.position))
        .map(({ asset }) => (asset as Asset).source.replace(/__\d+(?=\.)/, ''));

function fieldsOf(entity: Node): Record<string, unknown> {
    const translated = (entity.translations as Nodes).find(one => one.languageCode !== 'de')!;
    const given = { ...(entity.customFields as object), ...(translated.customFields as object) };
    const shown = Object.entries(given).filter(([name]) => !/^(id|__fix_relational.*)$/.test(name));
    return filled(
        Object.fromEntries(
            shown.map(([name, value]: [string, unknown]) => [
                name,
                value instanceof Date ? value.toISOString() : linked(value),
            ]),
        ),
    );
}

/** A relation counts as what it is, not by the id that the other shop had. */
const linked = (value: unknown): unknown =>
    value !== null && typeof value === 'object' && 'id' in value ? 'linked' : value;
