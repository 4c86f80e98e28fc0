import { Product, ProductVariant, TaxCategory } from '@vendure/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json';
import { describeOnEachDatabase } from './support/each-database';
import { ReferencePlugin } from './support/reference-plugin';
import { createLoader, hostOf, loadRecords } from './support/run-loader';
import { loaderOf } from './support/service-shop';
import { BootedVendure, bootVendure } from './support/vendure';

/** The second of each pair is what mysql2 makes of the digits of the first, if it makes anything else of it. */
const numbers = [
    [9930.561381541269, 9930.561381541267],
    [95945.11623855997, 95945.11623855996],
    [9763118591596.777, 9763118591596.775],
    [0.1 + 0.2, 0.1 + 0.2],
    [1 / 3, 1 / 3],
    [5e-324, 5e-324],
    [1.7976931348623157e308, 1.7976931348623157e308],
] as const;

describeOnEachDatabase('a float custom field with more than fifteen digits', database => {
    let server: BootedVendure;

    beforeAll(async () => {
        const weight = { name: 'weight', type: 'float', nullable: true } as const;
        server = await bootVendure({
            database,
            databaseName: 'exact_numbers_e2e',
            plugins: [ReferencePlugin],
            customFields: { Product: [weight], ProductVariant: [weight], TaxCategory: [weight] },
        });
    });
    afterAll(() => server?.close());

    const load = async (code: string, records: JsonObject[]) => {
        const loader = await createLoader(loaderOf(code), hostOf(server));
        const { changeSets, rejected } = await loadRecords(loader, server, records);
        expect(rejected).toEqual([]);
        return changeSets;
    };
    const actionsOf = async (code: string, records: JsonObject[]) =>
        (await load(code, records)).map(({ action }) => action);

    /** As the server says, so that no driver reads the number. */
    const isStored = async (entity: typeof Product | typeof ProductVariant | typeof TaxCategory, given: number) => {
        const { metadata } = server.connection.rawConnection.getRepository(entity);
        const column = metadata.findColumnWithPropertyPath('customFields.weight')!.databaseName;
        const { driver } = server.connection.rawConnection;
        const isMysql = database.name === 'mariadb' || database.name === 'mysql';
        const type = database.name === 'sqlite' ? 'REAL' : 'DOUBLE PRECISION';
        const number = isMysql ? `('${given}' + 0e0)` : `CAST('${given}' AS ${type})`;
        const [row] = await server.connection.rawConnection.query<{ found: number | string }[]>(
            `SELECT COUNT(*) AS found FROM ${driver.escape(metadata.tableName)} WHERE ${driver.escape(column)} = ${number}`,
        );
        return Number(row!.found) > 0;
    };

    it.each(numbers)('is stored as %d, and then found unchanged', async (given, misread) => {
        const records = (weight: number): JsonObject[] => [
            {
                slug: `stone-${given}`,
                name: 'Stone',
                customFields: { weight },
                variants: [{ sku: `STONE-${given}`, price: 100, customFields: { weight } }],
            },
        ];
        expect(await actionsOf('product', records(given))).toEqual(['CREATE']);
        expect(await actionsOf('product', records(given))).toEqual(['UNCHANGED']);
        expect([await isStored(Product, given), await isStored(ProductVariant, given)]).toEqual([true, true]);
        if (misread === given) return;

        const [changed] = await load('product', records(misread));
        expect(changed!.entities.flatMap(({ fields }) => fields)).toEqual([
            { path: 'customFields.weight', before: given, after: misread },
            { path: 'customFields.weight', before: given, after: misread },
        ]);
        expect([await isStored(Product, given), await isStored(Product, misread)]).toEqual([false, true]);
        expect(await actionsOf('product', records(misread))).toEqual(['UNCHANGED']);
        expect(await actionsOf('product', records(given))).toEqual(['UPDATE']);
        expect(await actionsOf('product', records(given))).toEqual(['UNCHANGED']);
    });

    it.each(numbers)(
        'of an entity that Vendure’s service writes is stored as %d, and then found unchanged',
        async given => {
            const records = (weight: number | null): JsonObject[] => [
                { name: `Tax ${given}`, customFields: { weight } },
            ];
            expect(await actionsOf('taxCategory', records(null))).toEqual(['CREATE']);
            expect(await actionsOf('taxCategory', records(null))).toEqual(['UNCHANGED']);
            expect(await actionsOf('taxCategory', records(given))).toEqual(['UPDATE']);
            expect(await actionsOf('taxCategory', records(given))).toEqual(['UNCHANGED']);
            expect(await isStored(TaxCategory, given)).toBe(true);
        },
    );
});
