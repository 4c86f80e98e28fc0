import type { JsonObject } from '../../shared/json';

type Random = () => number;

export const ASSETS = ['front.png', 'back.png', 'side.png', 'detail.png'];
export const FACET_VALUES = ['colour:red', 'colour:blue', 'season:summer', 'season:winter', 'secret:bargain'];
const SIZES = ['S', 'M', 'L'];

/** Products with everything that a search index shows, drawn anew each time it is asked for changes. */
export class RandomCatalog {
    private readonly products: JsonObject[];

    constructor(
        count: number,
        private readonly random: Random,
    ) {
        this.products = Array.from({ length: count }, (_, number) => this.product(number));
    }

    get records(): JsonObject[] {
        return structuredClone(this.products);
    }

    /** Changes about half of the products: prices, texts, stock, channels, facet values, assets, variants. */
    change(): JsonObject[] {
        return this.products.flatMap((product, number) => {
            if (this.random() < 0.5) return [];
            const drawn = this.product(number);
            const fields = Object.keys(drawn).filter(field => field !== 'slug' && this.random() < 0.5);
            for (const field of fields) product[field] = drawn[field]!;
            return [structuredClone({ slug: product.slug!, name: product.name!, ...pick(product, fields) })];
        });
    }

    private product(number: number): JsonObject {
        const slug = `thing-${number}`;
        return {
            slug,
            name: `${this.one(['Lamp', 'Chair', 'Größe'])} ${number}`,
            description: this.one(['', '<p>Good.</p>', 'word '.repeat(700)]),
            enabled: this.random() < 0.8,
            translations: this.some(['de', 'fr'], 0.5).map(languageCode => ({
                languageCode,
                name: `${languageCode} ${number} ${Math.floor(this.random() * 10)}`,
                slug: `${languageCode}-${slug}`,
                description: `${languageCode} text`,
            })),
            facetValues: this.some(FACET_VALUES, 0.4),
            assets: this.some(ASSETS, 0.4),
            channels: this.some(['b2b', 'outlet'], 0.5),
            optionGroups: ['Size'],
            variants: this.some(SIZES, 0.6).map(size => this.variant(slug, size)),
        };
    }

    private variant(slug: string, size: string): JsonObject {
        const price = (channel: string, currencyCode: string) => ({
            channel,
            currencyCode,
            price: 1 + Math.floor(this.random() * 9_999),
        });
        return {
            sku: `${slug}-${size}`,
            options: { Size: size },
            enabled: this.random() < 0.8,
            ...(this.random() < 0.5 ? { name: `${size} of ${slug}` } : {}),
            price: Math.floor(this.random() * 10_000),
            prices: [price('default', 'EUR')],
            taxCategory: this.one(['Standard Tax', 'Reduced Tax']),
            stock: [
                { location: 'Default Stock Location', stockOnHand: Math.floor(this.random() * 3) },
                { location: 'Outlet store', stockOnHand: Math.floor(this.random() * 3) },
            ],
            trackInventory: this.one(['TRUE', 'FALSE', 'INHERIT']),
            useGlobalOutOfStockThreshold: this.random() < 0.5,
            outOfStockThreshold: Math.floor(this.random() * 3) - 1,
            facetValues: this.some(FACET_VALUES, 0.2),
            assets: this.some(ASSETS, 0.2),
            translations: this.some(['de'], 0.5).map(languageCode => ({ languageCode, name: `Größe ${size}` })),
        };
    }

    private one<T>(list: readonly T[]): T {
        return list[Math.floor(this.random() * list.length)]!;
    }

    private some<T>(list: readonly T[], share: number): T[] {
        return list.filter(() => this.random() < share);
    }
}

function pick(record: JsonObject, fields: readonly string[]): JsonObject {
    return Object.fromEntries(fields.map(field => [field, record[field]!]));
}
