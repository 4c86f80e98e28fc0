import { ChannelService, TransactionalConnection } from '@vendure/core';
import type { ChangeSet } from '../../sdk/change-set';
import { AssetFailures } from '../assets/asset-failures';
import { AssetStore } from '../assets/asset-store';
import type { CatalogHost, CatalogScope } from '../catalog-scope';
import type { References } from '../references';
import type { EntityId } from '../sql/sql-session';
import { Batch, collectBatch } from './batch';
import { claimShared, retryWhenTaken } from './claim-shared';
import { deleteForGood } from './delete-for-good';
import { DescriptionBook, descriptionsIn } from './description-book';
import { applyPriceStrategy } from './price-strategy';
import { deleteWithProducts, markDeletions } from './soft-delete';
import { writeAccounts } from './write-accounts';
import { writeAdjustments } from './write-adjustments';
import { writeAssetLists } from './write-asset-lists';
import { writeInheritedChannels } from './write-channels';
import { writeCustomerHistory } from './write-customer-history';
import { insertEntities, updateEntities } from './write-entities';
import { writeLinks } from './write-links';
import { writePrices } from './write-prices';
import { writeStock } from './write-stock';
import { writeTranslations } from './write-translations';
import { writeTree } from './write-tree';

/**
 * Writes change sets: the only place that writes Vendure's catalog tables.
 *
 * A batch costs a number of SQL statements that depends on what kinds of change it holds, never on how many records
 * (files of new assets apart: those go through Vendure's AssetService one by one). Everything is written in the
 * caller's transaction; when `apply` throws, the caller rolls back at least to where it was before.
 */
export class ChangeSetApplier {
    private readonly assets: AssetStore;
    private readonly descriptions: DescriptionBook;

    constructor(
        private readonly host: CatalogHost,
        assetFailures = new AssetFailures(),
    ) {
        this.assets = new AssetStore(host, assetFailures);
        this.descriptions = descriptionsIn(host.injector.get(TransactionalConnection).rawConnection);
    }

    /** Fills in the ids of created entities, in the change sets and in `references`. */
    async apply(changeSets: readonly ChangeSet[], references: References, scope: CatalogScope): Promise<void> {
        const { all } = this.descriptions;
        const batch = collectBatch(changeSets, references, scope.sql, this.descriptions);
        const stored = this.assets.begin(scope);
        try {
            const now = new Date();
            for (const description of all) markDeletions(batch, description, now);
            for (const description of all) {
                const created = batch.of(description).filter(entity => entity.creates);
                if (description.kind === 'Asset') {
                    await stored.create(created, references);
                    continue;
                }
                if (!description.shared) await insertEntities(batch, description, created);
                else {
                    const missing = await claimShared(batch, description, created);
                    await retryWhenTaken(description.entityType, () => insertEntities(batch, description, missing));
                }
            }
            for (const description of all) {
                await updateEntities(batch, description);
                await writeTree(batch, description);
                await writeTranslations(batch, description);
                await writeLinks(batch, description);
                await writeAssetLists(batch, description);
                await writePrices(batch, description);
                await applyPriceStrategy(batch, description, this.host.injector, scope.ctx);
                await writeStock(batch, description);
                await writeAdjustments(batch, description);
            }
            await writeInheritedChannels(batch, all, await this.channelsOfEverything(scope, batch));
            await writeAccounts(batch, this.host.injector, scope.ctx);
            await writeCustomerHistory(batch, this.host.injector, scope.ctx);
            for (const description of all) {
                if (description.kind === 'Product') await deleteWithProducts(batch, description);
            }
            // What is needed goes after what needs it.
            for (const description of [...all].reverse()) await deleteForGood(batch, description);
        } catch (error) {
            await stored.discard();
            throw error;
        }
    }

    private async channelsOfEverything(scope: CatalogScope, batch: Batch): Promise<EntityId[]> {
        if (batch.records.length === 0) return [];
        const channel = await this.host.injector.get(ChannelService).getDefaultChannel(scope.ctx);
        return [...new Set([channel.id, scope.ctx.channelId])];
    }
}
