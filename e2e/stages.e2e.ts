import { Facet, Product, TaxCategory } from '@vendure/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { DataHubChangeSet } from '../src/entities';
import { GateService } from '../src/services/gates/gate.service';
import { describeOnEachDatabase } from './support/each-database';
import { type Definition, given, PipelineShop } from './support/pipeline-shop';
import { dearerVariants, gatheredProducts, load, slugOf, transform } from './support/stage-pipelines';
import { statementsOf } from './support/statements';
import { onTheWay, taxCategoryLoader } from './support/tax-category-loader';
import { isFull } from './support/scale';

const count = isFull ? 2_000 : 60;
const throughput = { batchSize: isFull ? 100 : 20, concurrency: 2 };

/** The second one lets nothing fit into memory: what is sorted, joined or grouped goes to DuckDB. */
const variants = [
    { name: 'a spool on disk', dataHub: {} },
    { name: 'a spool in the database', dataHub: { spool: { backend: 'database' }, whole: { maxRowsInMemory: 10 } } },
] as const;

describeOnEachDatabase(
    'Runs of several stages',
    database => {
        describe.each(variants)('with $name', ({ name, dataHub }) => {
            let shop: PipelineShop;

            beforeAll(async () => {
                shop = await PipelineShop.boot({
                    database,
                    databaseName: 'dhs_stages',
                    dataHub: { ...dataHub, adapters: [taxCategoryLoader] },
                });
            });
            afterAll(() => shop?.close());

            const productsOf = (prefix: string) =>
                shop
                    .rows(Product)
                    .createQueryBuilder('product')
                    .innerJoinAndSelect('product.translations', 'text')
                    .leftJoinAndSelect('product.variants', 'variant')
                    .leftJoinAndSelect('variant.productVariantPrices', 'price')
                    .leftJoinAndSelect('variant.stockLevels', 'stock')
                    .where('text.slug LIKE :slug', { slug: `${prefix}%` })
                    .orderBy('product.id')
                    .addOrderBy('variant.sku')
                    .getMany();
            const told = async (prefix: string) =>
                (await productsOf(prefix)).map(({ translations: [text], variants: all }) => [
                    text!.slug,
                    text!.description,
                    ...all.map(
                        ({ sku, productVariantPrices: [price], stockLevels: [stock] }) =>
                            `${sku} ${price!.price} ${stock!.stockOnHand}`,
                    ),
                ]);
            const expected = (prefix: string, priceOf = (index: number) => 1_000 + index) =>
                Array.from({ length: count }, (_, index) => {
                    const slug = slugOf(prefix, index);
                    const price = priceOf(index);
                    return [slug, `${3 + index} in stock`, `${slug}-M ${price} ${index}`, `${slug}-S ${price} 3`];
                }).reverse();

            it('join, sort and gather two sources before they load', async () => {
                const run = await shop.runToEnd({
                    steps: [...gatheredProducts('shirt-', count), load('write')],
                    context: { throughput: { ...throughput, concurrency: 1 } },
                });
                expect(run).toMatchObject({
                    status: 'COMPLETED',
                    error: null,
                    read: 3 * count + 1,
                    created: count,
                    rejected: 0,
                });
                // Created one after the other, so the ids tell the order.
                expect(await told('shirt-')).toEqual(expected('shirt-'));
                expect(await shop.spooled()).toEqual([]);
            });

            it('find everything unchanged the second time', async () => {
                const definition: Definition = {
                    steps: [...gatheredProducts('same-', count), load('write')],
                    context: { throughput },
                };
                expect(await shop.runToEnd(definition)).toMatchObject({ status: 'COMPLETED', created: count });
                const again = await shop.runToEnd(definition);
                expect(again).toMatchObject({ status: 'COMPLETED', created: 0, updated: 0, unchanged: count });
                expect(await shop.rows(DataHubChangeSet).countBy({ runId: again.id })).toBe(0);
                expect(await shop.spooled()).toEqual([]);
            });

            it('load, wait at a gate, and load again', async () => {
                const pipeline = await shop.pipeline({
                    steps: [
                        ...gatheredProducts('gate-', count),
                        load('writeProducts'),
                        { key: 'look', type: 'GATE', config: { approvalType: 'MANUAL' } },
                        dearerVariants,
                        load('writeVariants', 'productVariant', { strategy: 'UPDATE' }),
                    ],
                    context: { throughput },
                });
                const runId = await shop.enqueue(pipeline);
                expect(await shop.execute(runId)).toMatchObject({ status: 'PAUSED', created: count, updated: 0 });
                expect((await told('gate-')).sort()).toEqual(expected('gate-').sort());
                expect(await shop.spooled()).not.toEqual([]);
                const { app, ctx } = shop.server;
                await app.get(GateService).approveGate(ctx, runId, 'look');
                const run = await shop.execute(runId);
                expect(run).toMatchObject({
                    status: 'COMPLETED',
                    error: null,
                    created: count,
                    updated: 2 * count,
                    rejected: 0,
                });
                expect((await told('gate-')).sort()).toEqual(expected('gate-', () => 77).sort());
                expect(await shop.spooled()).toEqual([]);
            });

            it('pass a gate that opens by itself between two loads', async () => {
                const run = await shop.runToEnd({
                    steps: [
                        ...gatheredProducts('self-', count),
                        load('writeProducts'),
                        { key: 'look', type: 'GATE', config: { approvalType: 'THRESHOLD', errorThresholdPercent: 0 } },
                        dearerVariants,
                        load('writeVariants', 'productVariant', { strategy: 'UPDATE' }),
                    ],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', created: count, updated: 2 * count, rejected: 0 });
                expect((await told('self-')).sort()).toEqual(expected('self-', () => 77).sort());
                expect(await shop.spooled()).toEqual([]);
            });

            it('feed one load from several sources', async () => {
                const some = (from: string) => ['1', '2', '3'].map(number => ({ name: `${from}-${number}` }));
                const run = await shop.runToEnd({
                    steps: [
                        given('one', some('several-a')),
                        given('two', some('several-b')),
                        load('w', 'testTaxCategory'),
                    ],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', read: 6, created: 6 });
                expect(await categories('several-')).toEqual(
                    [...some('several-a'), ...some('several-b')].map(r => r.name),
                );
            });

            const categories = async (prefix: string) =>
                (await shop.rows(TaxCategory).find({ order: { name: 'ASC' } }))
                    .map(each => each.name)
                    .filter(each => each.startsWith(prefix));

            it('load variants once their products are there', async () => {
                const slugs = Array.from({ length: count }, (_, index) => slugOf('order-', index));
                const run = await shop.runToEnd({
                    steps: [
                        given(
                            'products',
                            slugs.map(slug => ({
                                slug,
                                name: slug,
                                facetValues: [`order-facet-${slug.at(-1)}:Some`],
                            })),
                        ),
                        load('writeProducts'),
                        given(
                            'variants',
                            slugs.map(slug => ({ product: slug, sku: `${slug}-x`, price: 500, stockOnHand: 2 })),
                        ),
                        load('writeVariants', 'productVariant'),
                    ],
                    edges: [
                        { from: 'products', to: 'writeProducts' },
                        { from: 'writeProducts', to: 'variants', dependencyOnly: true },
                        { from: 'variants', to: 'writeVariants' },
                    ],
                    context: { throughput },
                });
                expect(run).toMatchObject({ status: 'COMPLETED', created: 2 * count, rejected: 0 });
                const written = await productsOf('order-');
                expect(written.flatMap(each => each.variants.map(({ sku }) => sku)).sort()).toEqual(
                    slugs.map(slug => `${slug}-x`),
                );
                const facets = await shop.rows(Facet).find();
                expect(facets.filter(({ code }) => code.startsWith('order-facet-'))).toHaveLength(Math.min(10, count));
                expect(await shop.spooled()).toEqual([]);
            });

            describe('route records', () => {
                const numbered = Array.from({ length: 50 }, (_, n) => ({ name: `n${n}`, n }));
                const branches: JsonObject[] = [
                    { name: 'few', when: { field: 'n', lt: 10 } },
                    { name: 'many', when: { field: 'n', gte: 30 } },
                ];
                const renamed = (key: string, text: string) =>
                    transform(key, [{ op: 'prefix', args: { paths: ['name'], text } }]);

                it('along edges, each down one branch', async () => {
                    const run = await shop.runToEnd({
                        steps: [
                            given('read', numbered),
                            { key: 'split', type: 'ROUTE', config: { branches } },
                            renamed('small', 'edge-few-'),
                            renamed('large', 'edge-many-'),
                            renamed('rest', 'edge-rest-'),
                            load('write', 'testTaxCategory'),
                        ],
                        edges: [
                            { from: 'read', to: 'split' },
                            { from: 'split', to: 'small', branch: 'few' },
                            { from: 'split', to: 'large', branch: 'many' },
                            { from: 'split', to: 'rest' },
                            { from: 'small', to: 'write' },
                            { from: 'large', to: 'write' },
                            { from: 'rest', to: 'write' },
                        ],
                        context: { throughput: { batchSize: 7, concurrency: 2 } },
                    });
                    expect(run).toMatchObject({ status: 'COMPLETED', read: 50, created: 50 });
                    const sizes = await Promise.all(['few', 'many', 'rest'].map(each => categories(`edge-${each}-`)));
                    expect(sizes.map(each => each.length)).toEqual([10, 20, 20]);
                });

                it('without edges, to the steps that the branches name, past a disabled one', async () => {
                    const run = await shop.runToEnd({
                        steps: [
                            given('read', numbered),
                            { ...renamed('off', 'never-'), disabled: true },
                            {
                                key: 'split',
                                type: 'ROUTE',
                                config: {
                                    branches: [
                                        { ...branches[0]!, to: 'small' },
                                        { ...branches[1]!, to: 'large' },
                                    ],
                                },
                            },
                            renamed('small', 'named-few-'),
                            load('writeSmall', 'testTaxCategory'),
                            renamed('large', 'named-many-'),
                            load('writeLarge', 'testTaxCategory'),
                        ],
                        context: { throughput: { batchSize: 7, concurrency: 2 } },
                    });
                    expect(run).toMatchObject({ status: 'COMPLETED', read: 50, created: 30 });
                    expect((await categories('named-few-')).length).toBe(10);
                    expect((await categories('named-many-')).length).toBe(20);
                    expect(await categories('never-')).toEqual([]);
                    expect((await shop.linesOf(run.id)).join('\n')).toMatch(/split|branch/);
                });

                it('and write two branches side by side', async () => {
                    const run = await shop.runToEnd({
                        steps: [
                            given('read', numbered),
                            renamed('left', 'side-left-'),
                            load('writeLeft', 'testTaxCategory'),
                            renamed('right', 'side-right-'),
                            load('writeRight', 'testTaxCategory'),
                        ],
                        edges: [
                            { from: 'read', to: 'left' },
                            { from: 'left', to: 'writeLeft' },
                            { from: 'read', to: 'right' },
                            { from: 'right', to: 'writeRight' },
                        ],
                        context: { throughput: { batchSize: 5, concurrency: 2 }, parallelExecution: {} },
                    });
                    expect(run).toMatchObject({ status: 'COMPLETED', read: 50, created: 100 });
                    expect((await categories('side-left-')).length).toBe(50);
                    expect((await categories('side-right-')).length).toBe(50);
                    expect(await shop.spooled()).toEqual([]);
                });

                // SQLite writes one transaction after the other.
                it.skipIf(database.name === 'sqlite')('in transactions that are open at the same time', async () => {
                    const open = new Set<string>();
                    let together = false;
                    let meet = (): void => undefined;
                    const met = new Promise<void>(resolve => (meet = resolve));
                    onTheWay.beforeApply = async ([first]) => {
                        open.add(first!.startsWith('pair-left') ? 'left' : 'right');
                        if (open.size === 2) {
                            together = true;
                            meet();
                        }
                        await met;
                    };
                    try {
                        const run = await shop.runToEnd({
                            steps: [
                                given('a', [{ name: 'pair-left' }]),
                                load('writeLeft', 'testTaxCategory'),
                                given('b', [{ name: 'pair-right' }]),
                                load('writeRight', 'testTaxCategory'),
                            ],
                            edges: [
                                { from: 'a', to: 'writeLeft' },
                                { from: 'b', to: 'writeRight' },
                            ],
                            context: { parallelExecution: {}, timeoutMs: 20_000 },
                        });
                        expect(run).toMatchObject({ status: 'COMPLETED', created: 2 });
                        expect(together).toBe(true);
                    } finally {
                        delete onTheWay.beforeApply;
                        meet();
                    }
                });
            });

            it('need as many statements for a batch of 500 records as for one of 50', async () => {
                const run = async (prefix: string, records: number) => {
                    const pipeline = await shop.pipeline({
                        steps: [
                            given(
                                'read',
                                Array.from({ length: records }, (_, n) => ({ name: `${prefix}${n}`, turn: n % 7 })),
                            ),
                            transform('order', [{ op: 'sort', args: { by: [{ field: 'turn' }] } }]),
                            load('first', 'testTaxCategory'),
                            {
                                key: 'look',
                                type: 'GATE',
                                config: { approvalType: 'THRESHOLD', errorThresholdPercent: 0 },
                            },
                            transform('rename', [{ op: 'prefix', args: { paths: ['name'], text: 'again-' } }]),
                            load('second', 'testTaxCategory'),
                        ],
                        context: { throughput: { batchSize: records, concurrency: 1 } },
                    });
                    const runId = await shop.enqueue(pipeline);
                    const statements = await statementsOf(shop.server.connection.rawConnection, async () => {
                        expect(await shop.execute(runId)).toMatchObject({ status: 'COMPLETED', created: 2 * records });
                    });
                    return statementsByTable(statements.map(({ sql }) => sql));
                };
                const few = await run('count-few-', 50);
                const many = await run('count-many-', 500);
                expect(Object.keys(few)).toEqual(expect.arrayContaining(['tax_category', 'data_hub_change_set']));
                expect(many).toEqual(few);
                if (name.includes('database')) expect(few).toHaveProperty('data_hub_spool_chunk');
            });
        });
    },
    { sampleOn: 'mariadb' },
);

/** How many statements read or write the tables of records. Others are asked by the clock, or by what the run before has left to do. */
function statementsByTable(statements: string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const sql of statements) {
        const table = /\b(?:FROM|INTO|UPDATE)\s+["`]?(\w+)/i.exec(sql)?.[1];
        if (table && tablesOfRecords.has(table)) counts[table] = (counts[table] ?? 0) + 1;
    }
    return counts;
}

const tablesOfRecords = new Set([
    'tax_category',
    'data_hub_change_set',
    'data_hub_checkpoint',
    'data_hub_gate_queue',
    'data_hub_spool_chunk',
]);
