import {
    Asset,
    Channel,
    CurrencyCode,
    DefaultAssetImportStrategy,
    ID,
    Product,
    ProductVariant,
    StockLocation,
    TaxCategory,
} from '@vendure/core';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { ChangeSetApplier } from '../../src/catalog/apply/change-set-applier';
import type { CatalogScope } from '../../src/catalog/catalog-scope';
import { References } from '../../src/catalog/references';
import { openSqlSession } from '../../src/catalog/sql/open-sql-session';
import type { ChangeSet } from '../../src/sdk/change-set';
import { UserError } from '../../src/sdk/errors';
import type { TestDatabase } from './databases';
import { createChannel } from './further-channel';
import { ReferencePlugin } from './reference-plugin';
import { hostOf } from './run-loader';
import { BootedVendure, bootVendure } from './vendure';

interface Written {
    /** Of products, by the key of their change set. */
    ids: Record<string, ID>;
    statements: number;
    references: References;
}

/** A shop with the channel `outlet`, custom fields of products and pictures to import, written to by change sets alone. */
export class ApplierShop {
    /** What a URL answers; the others are not found. */
    readonly downloads: Record<string, { body: string; contentType?: string }> = {};
    private readonly applier: ChangeSetApplier;

    private constructor(
        readonly server: BootedVendure,
        readonly outlet: Channel,
        private readonly folder: string,
    ) {
        const download = async (url: string) => {
            const found = this.downloads[url];
            if (!found) throw new UserError('http-404', `${url} answered 404.`);
            return { body: Readable.from([found.body]), contentType: found.contentType, fileName: 'picture' };
        };
        const http = { request: () => Promise.reject(new Error('not used')), download };
        this.applier = new ChangeSetApplier(hostOf(server, { http }));
    }

    static async boot(database: TestDatabase, databaseName: string): Promise<ApplierShop> {
        const folder = mkdtempSync(join(tmpdir(), 'applier-assets-'));
        const server = await bootVendure({
            database,
            databaseName,
            plugins: [ReferencePlugin],
            config: {
                importExportOptions: { importAssetsDir: folder, assetImportStrategy: new DefaultAssetImportStrategy() },
            },
            customFields: {
                Product: [
                    { name: 'erpId', type: 'string', nullable: true },
                    { name: 'claim', type: 'localeString', nullable: true },
                    { name: 'releasedAt', type: 'datetime', nullable: true },
                    { name: 'tags', type: 'string', list: true, nullable: true },
                    { name: 'rating', type: 'int', defaultValue: 3 },
                    { name: 'related', type: 'relation', entity: Product, list: true },
                    { name: 'manual', type: 'relation', entity: Asset },
                ],
            },
        });
        const shop = new ApplierShop(
            server,
            await createChannel(server, 'outlet', { currency: CurrencyCode.USD }),
            folder,
        );
        for (const name of ['red.png', 'blue.png', 'side.png']) shop.addFile(name);
        return shop;
    }

    /** To the folder that assets are imported from. */
    addFile(name: string, content = `picture ${name}`): void {
        writeFileSync(join(this.folder, name), content);
    }

    /** In a transaction of its own; `afterwards` happens inside of it. */
    async write(changeSets: ChangeSet[], known = new References(), afterwards?: () => void): Promise<Written> {
        await this.addBasics(known);
        const { connection, ctx: outside } = this.server;
        const statements = await connection.withTransaction(outside, async ctx => {
            const { queryRunner } = connection.getRepository(ctx, Product).manager;
            const scope: CatalogScope = { ctx, sql: await openSqlSession(queryRunner!) };
            const before = scope.sql.statementCount;
            await this.applier.apply(changeSets, known, scope);
            afterwards?.();
            return scope.sql.statementCount - before;
        });
        const ids = Object.fromEntries(
            changeSets.map(({ key, entities }) => {
                const product = entities.find(entity => entity.entityType === 'Product');
                return [key, Number(product?.entityId)];
            }),
        );
        return { ids, statements, references: known };
    }

    /** In the order of their ids. */
    async rows<T extends { id: ID } & ObjectLiteral>(entity: EntityTarget<T>, where: object): Promise<T[]> {
        const found = await this.server.connection.rawConnection.getRepository<T>(entity).find({ where });
        return found.sort((a, b) => Number(a.id) - Number(b.id));
    }

    async variantsOf(productId: ID): Promise<ProductVariant[]> {
        return this.rows(ProductVariant, { productId });
    }

    async close(): Promise<void> {
        await this.server.close();
    }

    private async addBasics(references: References): Promise<void> {
        for (const { id, code } of await this.rows(Channel, {})) references.set('Channel', code, id);
        for (const { id, name } of await this.rows(TaxCategory, {})) references.set('TaxCategory', name, id);
        for (const { id, name } of await this.rows(StockLocation, {})) references.set('StockLocation', name, id);
    }
}
