import {
    FacetValue,
    LanguageCode,
    Product,
    ProductService,
    ProductVariant,
    ProductVariantService,
} from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { seeded } from '../src/runtime/testing/crash-points';
import { describeOnEachDatabase } from './support/each-database';
import { differences, UndoShop } from './support/undo-shop';
import { isFull, seed } from './support/scale';

const rounds = isFull ? 40 : 3;
const PRICE = 'prices.__default_channel__.USD';

describeOnEachDatabase('Undo among the work of others', database => {
    let shop: UndoShop;

    beforeAll(async () => {
        console.log(`Undo on ${database.name}: DATA_HUB_TEST_SEED=${seed}`);
        // Small batches, so that what belongs together comes in several.
        shop = await UndoShop.boot(database, 'e2e_undo_property', 7);
        await shop.addFacet('house', ['one', 'two', 'three']);
    });
    afterAll(() => shop?.close());

    it.each(Array.from({ length: rounds }, (_, round) => seed + round))(
        'keeps every edit, names exactly the edited values and puts back all the rest (seed %i)',
        async seed => {
            const world = new World(shop, seed);
            await shop.load(world.catalog());
            const before = await shop.snapshot();
            const run = await shop.load(world.changes());
            expect(await shop.messages(run)).toEqual([]);

            const edits = await world.edit();
            const undo = await shop.undo(run);
            const expected = edits.flatMap(edit => edit.conflicts);
            expect(await shop.conflicts(undo)).toEqual([...expected].sort());
            for (const edit of edits) expect(await edit.read(), edit.name).toEqual(edit.value);

            for (const edit of edits) await edit.takeBack();
            expect(differences(before, await shop.snapshot())).toEqual([]);
        },
        120_000,
    );
});

interface Edit {
    name: string;
    /** As {@link UndoShop.conflicts} names them; none when the run did not write the value. */
    conflicts: string[];
    value: unknown;
    read(): Promise<unknown>;
    /** What the undo would have done, by other means. */
    takeBack(): Promise<unknown>;
}

interface Article {
    slug: string;
    price: number;
    stock: number;
    isNew: boolean;
    /** Fields that the run writes: `name`, `enabled`, `price` … */
    written: Set<string>;
}

/** A catalog, an import that changes it, and people who work on it meanwhile; all drawn from one seed. */
class World {
    private readonly random: () => number;
    private readonly articles: Article[] = [];
    private readonly tag: string;

    constructor(
        private readonly shop: UndoShop,
        seed: number,
    ) {
        this.random = seeded(seed);
        this.tag = `s${seed}`;
    }

    catalog(): JsonObject[] {
        return Array.from({ length: 10 + this.below(8) }, (_, i) => {
            const article = this.article(`${this.tag}-old-${i}`, false);
            return this.record(article, ['house:one']);
        });
    }

    changes(): JsonObject[] {
        const changed = this.articles.map(article => this.change(article));
        const created = Array.from({ length: 4 + this.below(5) }, (_, i) =>
            this.record(this.article(`${this.tag}-new-${i}`, true), ['house:two']),
        );
        return [...changed, ...created].sort(() => this.random() - 0.5);
    }

    /** Each kind of edit on some of the products; never two on one product. */
    async edit(): Promise<Edit[]> {
        const edits: Edit[] = [];
        for (const article of this.articles) {
            if (this.chance(0.5)) continue;
            const edit = this.pick(['editEnabled', 'editName', 'editPrice', 'editStock', 'editFacetValues'] as const);
            edits.push(await this[edit](article));
        }
        return edits;
    }

    private article(slug: string, isNew: boolean): Article {
        const article = {
            slug,
            price: 100 + this.below(900),
            stock: this.below(50),
            isNew,
            written: new Set<string>(),
        };
        this.articles.push(article);
        return article;
    }

    private record({ slug, price, stock }: Article, facetValues: string[]): JsonObject {
        return {
            slug,
            name: `Name ${slug}`,
            description: 'Text',
            facetValues,
            optionGroups: ['Size'],
            variants: ['S', 'M'].map(size => ({
                sku: `${slug}-${size}`,
                options: { Size: size },
                price,
                stockOnHand: stock,
            })),
        };
    }

    private change(article: Article): JsonObject {
        const { slug, written, price, stock } = article;
        const record: JsonObject = { slug };
        const variant: JsonObject = { sku: `${slug}-S`, options: { Size: 'S' } };
        const maybe = (field: string, target: JsonObject, values: JsonObject) => {
            if (this.chance(0.5)) return;
            written.add(field);
            Object.assign(target, values);
        };
        maybe('name', record, { name: `New ${slug}` });
        maybe('enabled', record, { enabled: false });
        maybe('description', record, { description: 'New text' });
        maybe('erpId', record, { customFields: { erpId: slug, tags: ['a'] } });
        maybe('german', record, { translations: [{ languageCode: 'de', name: `Neu ${slug}` }] });
        maybe('facetValues', record, { facetValues: [`${this.tag}:${this.pick(['x', 'y', 'z'])}`, 'house:three'] });
        maybe('price', variant, { price: price + 1 });
        maybe('stock', variant, { stockOnHand: stock + 1 });
        maybe('weight', variant, { customFields: { weight: 7 } });
        const variants = [variant];
        if (this.chance(0.3)) variants.push({ sku: `${slug}-L`, options: { Size: 'L' }, price: 5, stockOnHand: 1 });
        record.variants = variants;
        return record;
    }

    private async editEnabled(article: Article): Promise<Edit> {
        // The import disables, so a person who enables again puts back the old value: nothing to do, no conflict.
        const value = article.written.has('enabled');
        const { id } = await this.product(article);
        await this.products.update(this.ctx, { id, enabled: value });
        return this.editOf(article, 'enabled', article.isNew ? 'enabled' : undefined, value, {
            read: async () => (await this.product(article)).enabled,
            takeBack: () => this.products.update(this.ctx, { id, enabled: true }),
        });
    }

    private async editName(article: Article): Promise<Edit> {
        const { id } = await this.product(article);
        const rename = (name: string) =>
            this.products.update(this.ctx, {
                id,
                translations: [{ languageCode: LanguageCode.en, name, slug: article.slug }],
            });
        await rename('Edited');
        const path = article.isNew || article.written.has('name') ? 'translations.en.name' : undefined;
        return this.editOf(article, 'name', path, 'Edited', {
            read: async () => (await this.product(article)).name,
            takeBack: () => rename(`Name ${article.slug}`),
        });
    }

    private async editPrice(article: Article): Promise<Edit> {
        const { id, sku } = await this.variant(article);
        await this.variants.update(this.ctx, [{ id, price: 4_242 }]);
        const path = article.isNew || article.written.has('price') ? PRICE : undefined;
        return this.editOf({ ...article, slug: sku }, 'price', path, 4_242, {
            isNew: article.isNew,
            read: async () => (await this.variant(article)).price,
            takeBack: () => this.variants.update(this.ctx, [{ id, price: article.price }]),
            owner: article,
        });
    }

    private async editStock(article: Article): Promise<Edit> {
        const { id, sku } = await this.variant(article);
        await this.variants.update(this.ctx, [{ id, stockOnHand: 999 }]);
        const isWritten = article.isNew || article.written.has('stock');
        return this.editOf(
            { ...article, slug: sku },
            'stock',
            isWritten ? 'stock.Default Stock Location' : undefined,
            999,
            {
                isNew: article.isNew,
                read: async () => (await this.stockOf(id))?.stockOnHand,
                takeBack: () => this.variants.update(this.ctx, [{ id, stockOnHand: article.stock }]),
                owner: article,
            },
        );
    }

    private async editFacetValues(article: Article): Promise<Edit> {
        const { id } = await this.product(article);
        const idOf = async (code: string) =>
            (await this.shop.server.connection.rawConnection.getRepository(FacetValue).findOneByOrFail({ code })).id;
        const [one, two] = [await idOf('one'), await idOf('two')];
        await this.products.update(this.ctx, { id, facetValueIds: [one, two] });
        const isWritten = article.isNew || article.written.has('facetValues');
        return this.editOf(article, 'facetValues', isWritten ? 'facetValues' : undefined, ['one', 'two'], {
            read: async () => (await this.product(article)).facetValues.map(value => value.code).sort(),
            takeBack: () => this.products.update(this.ctx, { id, facetValueIds: [one] }),
        });
    }

    /** A created product that was edited stays whole, with its options; to take it back it is deleted by hand. */
    private editOf(
        article: Article,
        name: string,
        path: string | undefined,
        value: unknown,
        edit: Pick<Edit, 'read' | 'takeBack'> & { isNew?: boolean; owner?: Article },
    ): Edit {
        const product = edit.owner ?? article;
        return {
            name: `${name} of ${article.slug}`,
            value,
            conflicts:
                path === undefined ? [] : [`${article.slug} ${path}`, ...(product.isNew ? optionsOf(product) : [])],
            read: edit.read,
            takeBack: product.isNew ? () => this.deleteByHand(product) : edit.takeBack,
        };
    }

    private async deleteByHand(article: Article): Promise<void> {
        const product = await this.product(article);
        expect((await this.variantsOf(product.id)).length).toBe(2);
        await this.products.softDelete(this.ctx, product.id);
        const { rawConnection } = this.shop.server.connection;
        await rawConnection.query(
            `UPDATE product_option SET ${this.quoted('deletedAt')} = ${this.quoted('createdAt')} WHERE ${this.quoted('groupId')} IN ` +
                `(SELECT id FROM product_option_group WHERE code LIKE '%${article.slug}-size')`,
        );
        await rawConnection.query(
            `UPDATE product_option_group SET ${this.quoted('deletedAt')} = ${this.quoted('createdAt')} WHERE code LIKE '%${article.slug}-size'`,
        );
    }

    private quoted(name: string): string {
        return this.shop.server.connection.rawConnection.driver.escape(name);
    }

    private async product({ slug }: Article): Promise<Product> {
        const found = await this.products.findOneBySlug(this.ctx, slug, ['facetValues']);
        if (!found) throw new Error(`There is no product "${slug}".`);
        return found;
    }

    private async variant(article: Article): Promise<ProductVariant> {
        const { id } = await this.product(article);
        return (await this.variantsOf(id)).find(({ sku }) => sku === `${article.slug}-S`)!;
    }

    private async variantsOf(productId: Product['id']): Promise<ProductVariant[]> {
        return (await this.variants.getVariantsByProductId(this.ctx, productId)).items;
    }

    private async stockOf(variantId: ProductVariant['id']): Promise<{ stockOnHand: number } | undefined> {
        const { rawConnection } = this.shop.server.connection;
        const [row] = await rawConnection.query<{ stockOnHand: number }[]>(
            `SELECT ${this.quoted('stockOnHand')} FROM stock_level WHERE ${this.quoted('productVariantId')} = ${variantId}`,
        );
        return row;
    }

    private get ctx() {
        return this.shop.server.ctx;
    }
    private get products() {
        return this.shop.server.app.get(ProductService);
    }
    private get variants() {
        return this.shop.server.app.get(ProductVariantService);
    }

    private below(limit: number): number {
        return Math.floor(this.random() * limit);
    }
    private chance(share: number): boolean {
        return this.random() < share;
    }
    private pick<T>(list: readonly T[]): T {
        return list[this.below(list.length)]!;
    }
}

/** Options of a product that stays stay with it. */
function optionsOf({ slug }: Article): string[] {
    const group = `name-${slug}-size`;
    return [`${group} -`, `${group}:s -`, `${group}:m -`];
}
