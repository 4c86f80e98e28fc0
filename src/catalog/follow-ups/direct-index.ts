import { Logger, TransactionalConnection } from '@vendure/core';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityChange } from '../../sdk/change-set';
import { asDataHubError, TransientError } from '../../sdk/errors';
import type { CatalogHost, CatalogScope } from '../catalog-scope';
import { correctCollections } from '../search-index/collection-columns';
import { correctFocalPoints } from '../search-index/focal-points';
import { installedIndex } from '../search-index/installed-index';
import { SearchIndexWriter } from '../search-index/search-index-writer';
import type { InstalledIndex } from '../search-index/installed-index';
import { TypeOrmUnitOfWork } from '../sql/unit-of-work';
import type { BatchSummary } from './batch-summary';
import { toId } from './event-entities';

const loggerCtx = 'DataHub';
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;

/** Keeps the index of DefaultSearchPlugin up to date without its events and jobs, each batch in a transaction of its own. */
export class DirectIndex {
    private readonly writer: SearchIndexWriter;
    private readonly units: TypeOrmUnitOfWork;

    private constructor(
        private readonly host: CatalogHost,
        private readonly index: InstalledIndex,
    ) {
        this.writer = new SearchIndexWriter(host, index);
        this.units = new TypeOrmUnitOfWork(host.injector.get(TransactionalConnection), host.ctx);
    }

    /** Undefined in a shop that searches by other means; `isAskedFor` has that said. */
    static of(host: CatalogHost, isAskedFor: boolean): DirectIndex | undefined {
        const index = installedIndex(host.injector);
        if (index) return new DirectIndex(host, index);
        if (isAskedFor) {
            Logger.warn(
                'searchIndex is DIRECT, but DefaultSearchPlugin is not installed: the search index follows the events.',
                loggerCtx,
            );
        }
        return undefined;
    }

    /** False when it cannot be done: the batch stays committed, and its index is left to the events. */
    async follow(summary: BatchSummary): Promise<boolean> {
        const productIds = idsOf(summary.products).map(toId);
        const stock = this.index.withStock ? summary.stock.map(({ variantId }) => variantId) : [];
        const variantIds = [...idsOf(summary.variants), ...stock].map(toId);
        const assetIds = summary.focalPoints.map(toId);
        const isConcerned = productIds.length + variantIds.length > 0;
        if (!isConcerned && assetIds.length === 0) return true;
        return this.attempt('The search index could not be written; it follows the events instead', async scope => {
            if (isConcerned) await this.writer.write({ productIds, variantIds }, scope);
            if (assetIds.length > 0) await correctFocalPoints(assetIds, this.index, scope.sql);
        });
    }

    /** After the filters of collections were applied: which of them a variant is in. */
    async followCollections(): Promise<void> {
        await correctCollections(this.index, this.host.injector, work =>
            this.attempt('The collections in the search index could not be written', work),
        );
    }

    /** Vendure's own jobs write the same rows at times, so the database may refuse one of the two. */
    private async attempt(failure: string, work: (scope: CatalogScope) => Promise<void>): Promise<boolean> {
        for (let attempt = 1; ; attempt++) {
            try {
                await this.units.transaction(work);
                return true;
            } catch (thrown) {
                const mayRepeat = thrown instanceof TransientError || isTaken(thrown);
                if (mayRepeat && attempt < ATTEMPTS) {
                    await sleep(FIRST_PAUSE_MS * 2 ** attempt);
                    continue;
                }
                Logger.error(`${failure}: ${asDataHubError(thrown).message}`, loggerCtx);
                return false;
            }
        }
    }
}

/** Somebody wrote the same row between our deletion and our insertion. */
function isTaken(thrown: unknown): boolean {
    return asDataHubError(thrown).code === 'not-unique';
}

function idsOf(lists: Record<string, EntityChange[]>): string[] {
    return Object.values(lists).flatMap(changes => changes.map(change => change.entityId!));
}
