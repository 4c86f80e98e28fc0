type Random = () => number;

const COLUMNS = [
    'sku',
    'store_view_code',
    'product_type',
    'categories',
    'name',
    'description',
    'weight',
    'product_online',
    'tax_class_name',
    'visibility',
    'price',
    'special_price',
    'special_price_from_date',
    'url_key',
    'meta_title',
    'base_image',
    'additional_images',
    'additional_attributes',
    'qty',
    'is_in_stock',
    'manage_stock',
    'upsell_skus',
    'configurable_variations',
];
const COLORS = ['Black', 'Sea Blue', 'Crème', 'Grün'];
const SIZES = ['XS', 'S', 'M', '42.5'];
const CATEGORIES = ['Men/Tops', 'Men/Bottoms', 'Women', 'Women/Tops/Jackets', 'Gear/Wet\\/Dry', 'Sale'];
const NAMES = ['Jacket', 'Tank, ribbed', 'Short "Lite"', 'Tee', 'Bag'];

/** A catalog of `families` configurable products with their simple ones, and as many others, as Magento exports it. */
export function magentoExport(families: number, random: Random): string {
    const rows: Record<string, string>[] = [];
    for (let number = 0; number < families; number++) {
        configurable(`MG${number}`, random, rows);
        single(`MS${number}`, number % 4 === 0 ? 'virtual' : 'simple', random, rows);
    }
    const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return [COLUMNS, ...rows.map(row => COLUMNS.map(name => row[name] ?? ''))]
        .map(cells => `${cells.map(quoted).join(',')}\n`)
        .join('');
}

function configurable(sku: string, random: Random, rows: Record<string, string>[]): void {
    const colors = COLORS.filter(() => random() < 0.6);
    const sizes = SIZES.filter(() => random() < 0.5);
    const variations = (colors.length > 0 ? colors : ['Black']).flatMap(color =>
        (sizes.length > 0 ? sizes : ['M']).map(size => ({ sku: `${sku}-${size}-${color}`, color, size })),
    );
    const name = `${one(NAMES, random)} ${sku}`;
    for (const { sku: own, color, size } of variations) {
        rows.push({
            ...common(own, 'simple', `${name}-${size}-${color}`, random),
            visibility: 'Not Visible Individually',
            additional_attributes: `color=${color},size=${size}`,
        });
        if (random() < 0.3) rows.push({ sku: own, store_view_code: 'de', name: `${name} auf Deutsch` });
    }
    rows.push({
        ...common(sku, 'configurable', name, random),
        description: one(['<p>Plain, good.</p>', 'Zwei\nZeilen', ''], random),
        categories: categories(random),
        additional_attributes: one(['activity=Gym|Hike,note=light, dry,fit="A, B"', 'sale=Yes', ''], random),
        meta_title: one(['', `${name} – buy`], random),
        qty: '0.0000',
        configurable_variations: variations.map(v => `sku=${v.sku},color=${v.color},size=${v.size}`).join('|'),
    });
    if (random() < 0.5) rows.push({ sku, store_view_code: 'de', name: `${name} deutsch`, url_key: `${sku}-deutsch` });
}

function single(sku: string, type: string, random: Random, rows: Record<string, string>[]): void {
    rows.push({
        ...common(sku, type, `${one(NAMES, random)} ${sku}`, random),
        categories: categories(random),
        special_price: one(['', '1.5', '0.99'], random),
        special_price_from_date: one(['', '2026-03-01 00:00:00'], random),
        upsell_skus: one(['', 'MS0,MG1'], random),
    });
}

function common(sku: string, type: string, name: string, random: Random): Record<string, string> {
    return {
        sku,
        product_type: type,
        name,
        url_key: random() < 0.8 ? sku.toLowerCase().replace(/[^a-z0-9]+/g, '-') : '',
        product_online: random() < 0.9 ? '1' : '2',
        tax_class_name: one(['Taxable Goods', 'Reduced', 'None', ''], random),
        visibility: 'Catalog, Search',
        price: one(['34.000000', '12', '0.990000', '1200.5'], random),
        weight: one(['', '1.0000', '0.25'], random),
        qty: one(['100.0000', '0.0000', '7', '-2.0000'], random),
        is_in_stock: random() < 0.9 ? '1' : '0',
        manage_stock: random() < 0.9 ? '1' : '0',
    };
}

const categories = (random: Random): string =>
    CATEGORIES.filter(() => random() < 0.3)
        .map(path => `Default Category/${path}`)
        .join(',');

function one<T>(list: readonly T[], random: Random): T {
    return list[Math.floor(random() * list.length)]!;
}
