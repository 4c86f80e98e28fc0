import type { RequestContext } from '@vendure/core';
import type { JsonObject } from '../../shared/json';
import type { CatalogHost, CatalogScope } from '../../src/catalog/catalog-scope';
import { TypeOrmUnitOfWork } from '../../src/catalog/sql/unit-of-work';
import type { ChangeSet } from '../../src/sdk/change-set';
import { isDirect, Loader, LoaderAdapter } from '../../src/sdk/loader';
import { Rejected } from '../../src/sdk/outcome';
import type { BootedVendure } from './vendure';

export interface LoadResult {
    changeSets: ChangeSet[];
    rejected: string[];
    /** Statements of the resolve calls, then of the apply calls. */
    statements: { resolve: number; apply: number };
}

export function hostOf(server: BootedVendure, more: Partial<CatalogHost> = {}): CatalogHost {
    return {
        injector: server.injector,
        ctx: server.ctx,
        dryRun: false,
        files: { open: () => Promise.reject(new Error('not used')) },
        http: {
            download: () => Promise.reject(new Error('not used')),
            request: () => Promise.reject(new Error('not used')),
        },
        ...more,
    };
}

/** A loader as the engine creates it, with settings as a user writes them. */
export async function createLoader(
    adapter: LoaderAdapter,
    host: CatalogHost,
    settings: JsonObject = {},
): Promise<Loader<CatalogScope>> {
    const loader = await adapter.create({ config: adapter.schema.parse(settings), host });
    if (isDirect(loader)) throw new Error(`${adapter.code} has no plan.`);
    return loader;
}

/** Resolves, compares and applies batch by batch, each in a transaction of its own, as the engine does. */
export async function loadRecords(
    loader: Loader<CatalogScope>,
    server: BootedVendure,
    records: readonly JsonObject[],
    {
        batchSize = 100,
        ctx = server.ctx,
        write = true,
    }: { batchSize?: number; ctx?: RequestContext; write?: boolean } = {},
): Promise<LoadResult> {
    const units = new TypeOrmUnitOfWork(server.connection, ctx);
    const result: LoadResult = { changeSets: [], rejected: [], statements: { resolve: 0, apply: 0 } };
    for (let start = 0; start < records.length; start += batchSize) {
        const batch = records
            .slice(start, start + batchSize)
            .map((data, i) => ({ data, origin: { step: 'source', index: start + i } }));
        await units.transaction(async scope => {
            const before = scope.sql.statementCount;
            const state = await loader.resolve(batch, scope);
            result.statements.resolve += scope.sql.statementCount - before;
            const compared = batch.map(record => loader.compare(record, state));
            const changeSets = compared.filter((outcome): outcome is ChangeSet => !(outcome instanceof Rejected));
            for (const outcome of compared) {
                if (outcome instanceof Rejected)
                    result.rejected.push(`${outcome.error.message} ${outcome.error.hint ?? ''}`.trim());
            }
            const changed = changeSets.filter(changeSet => changeSet.action !== 'UNCHANGED');
            const resolved = scope.sql.statementCount;
            if (write && changed.length > 0) await loader.apply(changed, state, scope);
            result.statements.apply += scope.sql.statementCount - resolved;
            result.changeSets.push(...changeSets);
        });
    }
    return result;
}
