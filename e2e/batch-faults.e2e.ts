import { Facet, FacetValue, type ID, Product, ProductVariant } from '@vendure/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataHubChangeSet, DataHubRecordError } from '../src/entities';
import type { CatalogScope } from '../src/catalog/catalog-scope';
import { describeOnEachDatabase } from './support/each-database';
import {
    atFirstCommit,
    beforeWriting,
    inFirstBatch,
    killConnection,
    meeting,
    retryAsUsual,
    retryBriefly,
    watchTransactions,
} from './support/fault-in-batch';
import { ForeignConnection } from './support/foreign-connection';
import { type Definition, given, PipelineShop, until } from './support/pipeline-shop';

const DATABASE_NAME = 'e2e_batch_faults';
const COUNT = 30;

/** What may happen to the database between the first read and the commit of a batch. */
describeOnEachDatabase('A batch whose database fails', database => {
    let shop: PipelineShop;
    let other: ForeignConnection;

    beforeAll(async () => {
        shop = await PipelineShop.boot({ database, databaseName: DATABASE_NAME });
        if (database.name !== 'sqlite') other = await ForeignConnection.to(database, DATABASE_NAME);
    });
    afterEach(() => {
        vi.restoreAllMocks();
        retryAsUsual();
    });
    afterAll(async () => {
        await other?.close();
        await shop?.close({ dropDatabase: true });
    });

    const products = (prefix: string, fields: object = {}) =>
        Array.from({ length: COUNT }, (_, n) => ({
            slug: `${prefix}-${n}`,
            name: `${prefix} ${n}`,
            facetValues: [`${prefix}:even`],
            variants: [{ sku: `${prefix}-${n}`, price: 100 + n, stockOnHand: n }],
            ...fields,
        }));
    const definition = (records: object[]): Definition => ({
        steps: [given('read', records), { key: 'write', type: 'LOAD', config: { adapterCode: 'product' } }],
        context: { throughput: { batchSize: 10, concurrency: 1 } },
    });
    const quoted = (sql: string) => (database.name === 'postgres' ? sql : sql.replaceAll('"', '`'));

    /** Every product and variant once, and the ledger says the same. */
    async function assertWhole(prefix: string, runId: ID): Promise<void> {
        const variants = await shop.rows(ProductVariant).find({ relations: { productVariantPrices: true } });
        const own = variants.filter(({ sku, deletedAt }) => sku.startsWith(`${prefix}-`) && deletedAt === null);
        expect(own.map(({ sku }) => sku).sort()).toEqual(
            products(prefix)
                .map(({ slug }) => slug)
                .sort(),
        );
        expect(own.every(variant => variant.productVariantPrices.length === 1)).toBe(true);
        const all = await shop.rows(Product).find();
        const made = all.filter(({ translations }) => translations.some(({ slug }) => slug.startsWith(`${prefix}-`)));
        expect(made).toHaveLength(COUNT);
        const ledger = await shop.rows(DataHubChangeSet).findBy({ runId, applied: true });
        for (const [entityType, ids] of [
            ['Product', made.map(({ id }) => String(id))],
            ['ProductVariant', own.map(({ id }) => String(id))],
        ] as const) {
            const told = ledger.filter(row => row.entityType === entityType).map(({ entityId }) => String(entityId));
            expect(told.sort()).toEqual([...ids].sort());
        }
        expect(await shop.rows(DataHubRecordError).countBy({ runId })).toBe(0);
    }

    async function assertGoesOn(prefix: string): Promise<string[]> {
        const run = await shop.runToEnd(definition(products(prefix)));
        expect(run).toMatchObject({ status: 'COMPLETED', read: COUNT, created: COUNT, rejected: 0, error: null });
        await assertWhole(prefix, run.id);
        return shop.linesOf(run.id);
    }

    const rolledBack: unknown = expect.arrayContaining([
        expect.stringMatching(/^Batch 0 was rolled back: .*\. Trying again/),
    ]);

    describe.skipIf(database.name === 'sqlite')('because of another connection', () => {
        it('takes over the facet that somebody made after it had looked', async () => {
            inFirstBatch({ beforeWrite: () => makeFacet('taken') });
            expect(await assertGoesOn('taken')).not.toEqual(rolledBack);
            expect(await shop.rows(Facet).countBy({ code: 'taken' })).toBe(1);
        });

        // On MySQL the look locks what is not there, too.
        it.skipIf(database.name !== 'postgres')(
            'is tried again when the facet is made at the very moment',
            async () => {
                inFirstBatch({
                    beforeWrite({ sql }) {
                        const insert = sql.insertReturningIds.bind(sql);
                        sql.insertReturningIds = async (table, ...rows) => {
                            if (table.metadata.target === Facet) await makeFacet('moment');
                            return insert(table, ...rows);
                        };
                        return Promise.resolve();
                    },
                });
                expect(await assertGoesOn('moment')).toEqual(rolledBack);
                expect(await shop.rows(Facet).countBy({ code: 'moment' })).toBe(1);
            },
        );

        it('waits for another batch that creates the same facets, without a statement that is refused', async () => {
            const refused: string[] = [];
            const { logger } = shop.server.connection.rawConnection;
            vi.spyOn(logger, 'logQueryError').mockImplementation(error => void refused.push(String(error)));
            beforeWriting(meeting(2));
            const run = await shop.runToEnd({
                // Slugs that differ in a number only go one after the other.
                ...definition(products('twin').map((record, n) => ({ ...record, slug: `twin-${n}th` }))),
                context: { throughput: { batchSize: 10, concurrency: 2 } },
            });
            expect(run).toMatchObject({ status: 'COMPLETED', created: COUNT, rejected: 0 });
            await assertWhole('twin', run.id);
            expect(refused).toEqual([]);
            expect(await shop.linesOf(run.id)).not.toEqual(rolledBack);
            expect(await shop.rows(Facet).countBy({ code: 'twin' })).toBe(1);
            expect(await shop.rows(FacetValue).countBy({ code: 'even', facet: { code: 'twin' } })).toBe(1);
            const created = { runId: run.id, action: 'CREATE' } as const;
            for (const entityType of ['Facet', 'FacetValue'])
                expect(await shop.rows(DataHubChangeSet).countBy({ ...created, entityType })).toBe(1);
        });

        it('is tried again when it loses a deadlock', async () => {
            const before = await shop.runToEnd(definition(products('knot')));
            expect(before.status).toBe('COMPLETED');
            const held = await ForeignConnection.to(database, DATABASE_NAME);
            const slugs = ['knot-0', 'knot-1'];
            const [first, second] = await Promise.all(
                slugs.map(async sku => (await shop.rows(ProductVariant).findOneByOrFail({ sku })).id),
            );
            let blocked: Promise<unknown> = Promise.resolve();
            const refused: string[] = [];
            const { logger } = shop.server.connection.rawConnection;
            vi.spyOn(logger, 'logQueryError').mockImplementation((_error, query) => void refused.push(query));
            inFirstBatch({
                async beforeWrite({ sql }) {
                    const lock = (id: ID) =>
                        quoted(`UPDATE "product_variant" SET "enabled" = "enabled" WHERE "id" = ${id}`);
                    await held.hold();
                    // The victim is who waits last on PostgreSQL, and who has written least on MariaDB.
                    if (database.name === 'postgres') await held.rows(`SET deadlock_timeout = '20s'`);
                    else await held.rows(`UPDATE "product_variant_price" SET "price" = "price" + 1`);
                    await held.rows(lock(second!));
                    await sql.query(lock(first!));
                    blocked = held.rows(lock(first!)).finally(() => held.letGo());
                    blocked.catch(() => undefined);
                    await until('the other one waits', async () => (await waiting(other)) > 0);
                },
            });
            const run = await shop.runToEnd(
                definition(
                    products('knot', { enabled: false }).map(record => ({
                        ...record,
                        variants: record.variants.map(variant => ({ ...variant, enabled: false })),
                    })),
                ),
            );
            await blocked;
            await held.close();
            expect(run).toMatchObject({ status: 'COMPLETED', updated: COUNT, rejected: 0 });
            expect(await shop.linesOf(run.id)).toEqual(rolledBack);
            // The victim, and no savepoint that MySQL has taken away with it.
            expect(refused).toEqual([expect.stringContaining('product_variant')]);
            const states = await shop.rows(ProductVariant).find();
            expect(states.filter(({ sku, enabled }) => sku.startsWith('knot-') && !enabled)).toHaveLength(COUNT);
        });

        it('is written again when its connection is lost in the middle', async () => {
            inFirstBatch({ beforeWrite: scope => killConnection(scope, sql => other.rows(sql)) });
            expect(await assertGoesOn('lost')).toEqual(rolledBack);
        });

        it('is written again when its connection is lost behind its writes', async () => {
            inFirstBatch({ afterWrite: scope => killConnection(scope, sql => other.rows(sql)) });
            expect(await assertGoesOn('late')).toEqual(rolledBack);
        });

        it('is written again when its connection is lost at the commit', async () => {
            watchTransactions();
            atFirstCommit(async (commit, scope) => {
                await killConnection(scope, sql => other.rows(sql));
                await commit();
            });
            expect(await assertGoesOn('commit')).toEqual(rolledBack);
        });

        it('is not written again when only the answer to its commit is lost', async () => {
            watchTransactions();
            atFirstCommit(async (commit, scope) => {
                await commit();
                await killConnection(scope, sql => other.rows(sql)).catch(() => undefined);
                throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
            });
            await assertGoesOn('answer');
        });
    });

    describe('because its disk is full', () => {
        /** Large enough to need room of their own. */
        const large = (prefix: string) => products(prefix, { description: 'word '.repeat(2_000) });
        const start = async (prefix: string) => {
            const runId = await shop.enqueue(await shop.pipeline(definition(large(prefix))));
            let free = (): Promise<void> => Promise.resolve();
            // Triggers wait for transactions that have looked at their table; pages of SQLite are counted from here on.
            if (database.name !== 'sqlite') free = await fillDisk();
            else inFirstBatch({ beforeWrite: async scope => void (free = await fillDisk(scope)) });
            return { runId, free: () => free() };
        };

        it('is tried again until there is room', async () => {
            const { runId, free } = await start('room');
            const freed = until('the batch was rolled back', async () => {
                return (await shop.linesOf(runId)).some(line => line.includes('no room left'));
            }).then(free);
            const run = await shop.execute(runId);
            await freed;
            expect(run).toMatchObject({ status: 'COMPLETED', created: COUNT, rejected: 0 });
            await assertWhole('room', run.id);
        });

        it('fails the run with a sentence, quarantines nobody and lets the run be resumed', async () => {
            retryBriefly();
            const { runId, free } = await start('full');
            const run = await shop.execute(runId).finally(free);
            expect(run).toMatchObject({ status: 'FAILED', created: 0, rejected: 0 });
            expect(run.error).toMatch(
                /^Batch 0 could not be written, although it was tried again: The database has no room left/,
            );
            expect(run.hint).toContain('Resume the run');
            expect(await shop.rows(DataHubRecordError).countBy({ runId: run.id })).toBe(0);
            expect(await shop.resume(run.id)).toMatchObject({ status: 'COMPLETED', created: COUNT, rejected: 0 });
            await assertWhole('full', run.id);
        });
    });

    /** As somebody outside of DataHub would. */
    async function makeFacet(code: string): Promise<void> {
        const no = database.name === 'postgres' ? 'false' : 0;
        await other.rows(
            `INSERT INTO "facet" ("code", "isPrivate", "createdAt", "updatedAt") VALUES ('${code}', ${no}, now(), now())`,
        );
    }

    /** New variants find no room until `free` is called. */
    async function fillDisk(scope?: CatalogScope): Promise<() => Promise<void>> {
        const { rawConnection } = shop.server.connection;
        if (scope) {
            const [row] = await scope.sql.query('PRAGMA page_count');
            await scope.sql.query(`PRAGMA max_page_count = ${Number(row![0]) + 4}`);
            return async () => void (await rawConnection.query('PRAGMA max_page_count = 1073741823'));
        }
        if (database.name === 'postgres') {
            await other.rows(`CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`);
            await other.rows(
                `CREATE TRIGGER disk_full BEFORE INSERT ON "product_variant" FOR EACH ROW EXECUTE FUNCTION disk_full()`,
            );
            return async () => void (await other.rows('DROP FUNCTION disk_full CASCADE'));
        }
        await other.rows(`CREATE TRIGGER disk_full BEFORE INSERT ON "product_variant" FOR EACH ROW
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table product_variant is full'`);
        return async () => void (await other.rows('DROP TRIGGER disk_full'));
    }

    /** Statements that wait for a lock of somebody else. */
    async function waiting(connection: ForeignConnection): Promise<number> {
        const [row] = await connection.rows(
            database.name === 'postgres'
                ? `SELECT count(*) AS "n" FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
                : `SELECT count(*) AS "n" FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'`,
        );
        return Number(row!.n);
    }
});
