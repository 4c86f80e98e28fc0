/** One row of a feed, as text in a CSV file. */
export interface FeedRow {
    slug: string;
    name: string;
    sku: string;
    size: string;
    price: string;
    stock: string;
    enabled: string;
}

export type Random = () => number;

/** The same numbers between 0 and 1 for the same seed. */
export function randomFrom(seed: number): Random {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), state | 1);
        t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
    };
}

const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

/** A catalog as a shop has it: products of one to three variants, prices from 1.00 to 300.00, a tenth sold out. */
export function feedOf(random: Random, prefix: string, products: number): FeedRow[] {
    return Array.from({ length: products }, (_, index) => productRows(random, `${prefix}-${index}`)).flat();
}

function productRows(random: Random, slug: string): FeedRow[] {
    const base = between(random, 100, 30_000);
    const variants = between(random, 1, 3);
    return Array.from({ length: variants }, (_, size) => ({
        slug,
        name: `Product ${slug}`,
        sku: `SKU-${slug}-${size}`,
        size: variants === 1 ? '' : 'SML'[size]!,
        price: cents(base + size * 50),
        stock: String(random() < 0.1 ? 0 : between(random, 1, 200)),
        enabled: 'true',
    }));
}

const cents = (price: number): string => (price / 100).toFixed(2);
const centsOf = (price: string): number => Math.round(Number(price) * 100);
const map = (rows: readonly FeedRow[], change: (row: FeedRow, index: number) => Partial<FeedRow>): FeedRow[] =>
    rows.map((row, index) => ({ ...row, ...change(row, index) }));

/** What a healthy supplier sends the day after. */
export const cleanFeeds: Record<string, (rows: FeedRow[], random: Random, prefix: string) => FeedRow[]> = {
    'the same again': rows => rows,
    'some prices a few per cent up or down': (rows, random) =>
        map(rows, ({ price }) =>
            random() < 0.02 ? { price: cents(Math.max(1, Math.round(centsOf(price) * (0.92 + random() * 0.16)))) } : {},
        ),
    'a day of sales': (rows, random) =>
        map(rows, ({ stock }) => {
            if (random() > 0.15 || stock === '0') return {};
            // One in thirty of them sells out.
            return { stock: random() < 0.03 ? '0' : String(Math.max(1, Number(stock) - between(random, 1, 5))) };
        }),
    'some new products and a few that are gone': (rows, random, prefix) => {
        const gone = new Set(rows.filter(() => random() < 0.02).map(({ slug }) => slug));
        const count = between(random, 3, 10);
        return [...rows.filter(({ slug }) => !gone.has(slug)), ...feedOf(random, `${prefix}-new`, count)];
    },
    'two products taken out of the shop': (rows, random) => {
        const off = new Set([rows[between(random, 0, rows.length - 1)]!.slug, rows.at(-1)!.slug]);
        return map(rows, ({ slug }) => (off.has(slug) ? { enabled: 'false' } : {}));
    },
};

export interface BrokenFeed {
    mutate: (rows: FeedRow[], random: Random) => FeedRow[];
    /** What somebody has to be told. */
    reason: RegExp;
}

const jumps = /prices .* would change by more than 30 %/;
const changes = /records .* would change something/;
const fewer = /fewer than the \d+ of the last completed run/;
const pricesAs = (price: (cents: number) => number) => (rows: FeedRow[]) =>
    map(rows, row => ({ price: cents(price(centsOf(row.price))) }));

/** What must not reach the catalog without somebody looking. */
export const brokenFeeds: Record<string, BrokenFeed> = {
    'prices a hundred times too high': { mutate: pricesAs(price => price * 100), reason: jumps },
    'prices a hundred times too low': {
        mutate: pricesAs(price => Math.max(1, Math.round(price / 100))),
        reason: jumps,
    },
    'all prices zero': { mutate: pricesAs(() => 0), reason: jumps },
    'one price in twenty doubled': {
        mutate: rows => map(rows, ({ price }, index) => (index % 20 === 0 ? { price: cents(centsOf(price) * 2) } : {})),
        reason: jumps,
    },
    'prices one row off': {
        mutate: rows => map(rows, (_, index) => ({ price: rows[(index + 1) % rows.length]!.price })),
        reason: jumps,
    },
    'a file that breaks off': { mutate: rows => rows.slice(0, Math.floor(rows.length * 0.7)), reason: fewer },
    'only every third row': { mutate: rows => rows.filter((_, index) => index % 3 === 0), reason: fewer },
    'price and stock swapped': {
        mutate: rows => map(rows, ({ price, stock }) => ({ price: stock, stock: price.split('.')[0]! })),
        reason: jumps,
    },
    'name and SKU swapped': {
        mutate: rows => map(rows, ({ name, sku }) => ({ name: sku, sku: name })),
        reason: changes,
    },
    'slug and SKU swapped': {
        mutate: rows => map(rows, ({ slug, sku }) => ({ slug: sku.toLowerCase(), sku: slug })),
        reason: changes,
    },
    'everything sold out': {
        mutate: rows => map(rows, () => ({ stock: '0' })),
        reason: /variants would fall to a stock of zero/,
    },
    'everything disabled': {
        mutate: rows => map(rows, () => ({ enabled: 'false' })),
        reason: /entities would be disabled/,
    },
    'prices that cannot be read': {
        mutate: (rows, random) => map(rows, () => (random() < 0.5 ? { price: 'n/a' } : {})),
        reason: fewer,
    },
};

export function csvOf(rows: readonly FeedRow[]): string {
    const columns = ['slug', 'name', 'sku', 'size', 'price', 'stock', 'enabled'] as const;
    return [columns.join(','), ...rows.map(row => columns.map(column => row[column]).join(','))].join('\n') + '\n';
}
