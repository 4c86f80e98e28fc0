import {
    Asset,
    AssetService,
    ConfigService,
    isGraphQlErrorResult,
    Logger,
    TransactionalConnection,
    TransactionSubscriber,
} from '@vendure/core';
import { DataHubReference } from '../../entities/data-hub-reference.entity';
import { UserError } from '../../sdk/errors';
import { DecideAgain } from '../../sdk/loader';
import { idFromText } from '../apply/batch';
import type { PendingEntity } from '../apply/pending-entity';
import type { CatalogHost, CatalogScope } from '../catalog-scope';
import type { References } from '../references';
import type { EntityId } from '../sql/sql-session';
import { AssetClaims } from './asset-claims';
import type { AssetFailures } from './asset-failures';
import { ASSET_CONTENT_SOURCE, ASSET_ENTITY_TYPE, ASSET_SOURCE, assetReferenceId } from './asset-reference';
import { AssetSource, isUrl, OpenedAsset } from './asset-source';

const MAX_FETCHED_AHEAD = 4;
const loggerCtx = 'DataHub';

/**
 * Makes assets from paths and URLs. Vendure's AssetService stores the file, makes the preview and decides about
 * permitted types and names; this class remembers where each asset came from, so that the next import finds it.
 */
export class AssetStore {
    private readonly source: AssetSource;

    constructor(
        private readonly host: CatalogHost,
        private readonly failures: AssetFailures,
    ) {
        this.source = new AssetSource(host);
    }

    begin(scope: CatalogScope): AssetTransaction {
        return new AssetTransaction(this.host, this.source, this.failures, scope);
    }
}

/**
 * The assets of one `apply`. Files are outside of the database: those of a transaction that is rolled back are removed
 * again. A process that dies in between leaves them behind, without a row that names them.
 */
class AssetTransaction {
    private readonly files: string[] = [];

    constructor(
        private readonly host: CatalogHost,
        private readonly source: AssetSource,
        private readonly failures: AssetFailures,
        private readonly scope: CatalogScope,
    ) {}

    async create(entities: readonly PendingEntity[], references: References): Promise<void> {
        if (entities.length === 0) return;
        const { existing, stale } = await this.lookAgain(entities);
        const wanted: PendingEntity[] = [];
        for (const entity of entities) {
            const id = existing.get(assetReferenceId(entity.key));
            if (id === undefined) wanted.push(entity);
            else entity.takeExisting(id, references);
        }
        const claims = new AssetClaims(this.scope.sql);
        await claims.take(ASSET_SOURCE, keysOf(wanted), stale);
        let failure: UserError | undefined;
        for await (const { entity, opened } of this.fetchAhead(wanted)) {
            if (opened instanceof UserError) {
                failure = opened;
                continue;
            }
            try {
                const { contentHash, fileName } = opened;
                const same = await claims.assetWithContent(contentHash);
                if (same !== undefined) {
                    entity.takeExisting(same, references);
                    continue;
                }
                await claims.lockFileName(fileName);
                const id = await this.store(entity, opened);
                entity.identify(id, references);
                entity.isStored();
                await claims.settle(ASSET_CONTENT_SOURCE, [[contentHash, id]]);
            } catch (error) {
                if (!this.isLeftOut(error)) throw error;
                failure = error;
            } finally {
                await opened.release();
            }
        }
        // Now all that fail are known, and records can be compared without them.
        if (failure) throw new DecideAgain(failure);
        const made = wanted.map((entity): [string, EntityId] => [assetReferenceId(entity.key), entity.knownId()]);
        await claims.settle(ASSET_SOURCE, made);
    }

    /** Removes the files of this transaction; called when it is, or will be, rolled back. */
    async discard(): Promise<void> {
        const { assetStorageStrategy } = this.host.injector.get(ConfigService).assetOptions;
        for (const file of this.files.splice(0)) {
            await assetStorageStrategy.deleteFile(file).catch((error: unknown) => {
                Logger.warn(
                    `The file "${file}" of an asset that was not kept could not be removed: ${String(error)}`,
                    loggerCtx,
                );
            });
        }
    }

    private async store(entity: PendingEntity, opened: OpenedAsset): Promise<EntityId> {
        const service = this.host.injector.get(AssetService);
        const stream = opened.stream();
        const result = await service
            .createFromFileStream(stream, opened.fileName, this.scope.ctx)
            .catch((error: unknown) => this.refuseIfUnreadable(entity, error))
            // A refused file is left half read.
            .finally(() => stream.destroy());
        if (isGraphQlErrorResult(result)) {
            const { mimeType } = result as { mimeType?: string };
            throw this.failed(
                entity,
                new UserError(
                    'asset-type-not-permitted',
                    `It is a file of type "${mimeType ?? 'unknown'}", which this shop does not permit for assets.`,
                    'Use another file, or add the type to assetOptions.permittedFileTypes.',
                ),
            );
        }
        if (this.files.length === 0) this.discardOnRollback();
        this.files.push(result.source);
        if (result.preview !== result.source) this.files.push(result.preview);
        return result.id;
    }

    /** A file that is no image fails in the preview strategy, with whatever that throws. */
    private refuseIfUnreadable(entity: PendingEntity, error: unknown): never {
        const { driverError, syscall } = (error ?? {}) as { driverError?: unknown; syscall?: unknown };
        if (driverError !== undefined || syscall !== undefined) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw this.failed(
            entity,
            new UserError(
                'asset-unreadable',
                `Its preview could not be made: ${reason}.`,
                'Check that the file is complete and of the type that its name says.',
                {},
                { cause: error },
            ),
        );
    }

    /** Fetches the next few URLs while one is being stored; a server's answer takes longer than the storing. */
    private async *fetchAhead(
        entities: readonly PendingEntity[],
    ): AsyncGenerator<{ entity: PendingEntity; opened: OpenedAsset | UserError }> {
        const fetching = new Map<PendingEntity, Promise<OpenedAsset>>();
        const remote = entities.filter(entity => isUrl(sourceOf(entity)));
        const fetchNext = () => {
            const entity = remote.shift();
            if (!entity) return;
            const promise = this.open(entity);
            // Failures are thrown in their turn; one that nobody comes to await must not end the process.
            promise.catch(() => undefined);
            fetching.set(entity, promise);
        };
        try {
            for (let i = 0; i < MAX_FETCHED_AHEAD; i++) fetchNext();
            for (const entity of entities) {
                const opened = await (fetching.get(entity) ?? this.open(entity)).catch((error: unknown) => {
                    if (this.isLeftOut(error)) return error;
                    throw error;
                });
                if (fetching.delete(entity)) fetchNext();
                yield { entity, opened };
            }
        } finally {
            for (const left of fetching.values()) await left.then(opened => opened.release()).catch(() => undefined);
        }
    }

    private async open(entity: PendingEntity): Promise<OpenedAsset> {
        const remembered = this.failures.of(entity.key);
        if (remembered) throw this.failed(entity, remembered);
        try {
            return await this.source.open(sourceOf(entity));
        } catch (error) {
            throw error instanceof UserError ? this.failed(entity, error) : error;
        }
    }

    /** The failure in the name of the record that wants the asset, remembered for the rest of the run. */
    private failed(entity: PendingEntity, error: UserError): UserError {
        this.failures.note(entity.key, error);
        return new UserError(
            error.code,
            `The asset "${sourceOf(entity)}" of "${entity.recordKey}" cannot be used. ${error.message}`,
            error.hint,
            { key: entity.recordKey, field: 'assets', got: sourceOf(entity) },
            { cause: error.cause },
        );
    }

    /** Every UserError that reaches the caller of this class was made by {@link failed}. */
    private isLeftOut(error: unknown): error is UserError {
        return this.failures.leavesOut && error instanceof UserError;
    }

    /** Assets that another batch or run has made from the same source since the change sets were decided. */
    private async lookAgain(entities: readonly PendingEntity[]): Promise<{
        existing: Map<string, EntityId>;
        /** References whose asset was deleted: external id → id of the reference. */
        stale: Map<string, EntityId>;
    }> {
        const { sql } = this.scope;
        const rows = await sql.selectIn(
            sql.table(DataHubReference),
            ['id', 'externalId', 'entityId'],
            'externalId',
            entities.map(entity => assetReferenceId(entity.key)),
            { equals: { source: ASSET_SOURCE, entityType: ASSET_ENTITY_TYPE } },
        );
        const table = sql.table(Asset);
        const ids = rows.map(([, , id]) => idFromText(String(id), table));
        const assets = await sql.selectIn(table, ['id'], 'id', ids);
        const living = new Map(assets.map(([id]) => [String(id), id as EntityId]));
        const existing = new Map<string, EntityId>();
        const stale = new Map<string, EntityId>();
        for (const [id, externalId, entityId] of rows) {
            const asset = living.get(String(entityId));
            if (asset !== undefined) existing.set(String(externalId), asset);
            else stale.set(String(externalId), id as EntityId);
        }
        return { existing, stale };
    }

    /** For what fails after `apply`: the ledger, the lease, the commit. */
    private discardOnRollback(): void {
        const { injector } = this.host;
        const { queryRunner } = injector.get(TransactionalConnection).getRepository(this.scope.ctx, Asset).manager;
        if (!queryRunner?.isTransactionActive) return;
        injector
            .get(TransactionSubscriber)
            .awaitRollback(queryRunner)
            .then(
                () => this.discard(),
                // The transaction was committed.
                () => undefined,
            );
    }
}

function keysOf(entities: readonly PendingEntity[]): string[] {
    return entities.map(entity => assetReferenceId(entity.key));
}

function sourceOf(entity: PendingEntity): string {
    return entity.origin ?? entity.key;
}
