import { Inject, Injectable } from '@nestjs/common';
import { Logger, TransactionalConnection } from '@vendure/core';
import { dataHubEntities } from '../../entities';
import { asDataHubError } from '../../sdk/errors';
import { DATA_HUB_OPTIONS, loggerCtx, ResolvedDataHubOptions } from '../data-hub-options';
import { DefinitionService } from '../definition.service';
import { SecretService } from '../secret.service';
import { disableRemoved, SyncChanges } from './code-first-row';
import { syncConnection } from './sync-connection';
import { syncPipeline } from './sync-pipeline';
import { syncSecret } from './sync-secret';

/**
 * Brings the database in line with what stands in code, once per start of a process, server or worker alike: whoever
 * starts first does it, and the others find nothing left to do. One item that cannot be synchronised keeps neither
 * the server nor the other items from starting.
 */
@Injectable()
export class CodeFirstSyncService {
    private done?: Promise<void>;

    constructor(
        private readonly connection: TransactionalConnection,
        private readonly definitions: DefinitionService,
        private readonly secrets: SecretService,
        @Inject(DATA_HUB_OPTIONS) private readonly options: ResolvedDataHubOptions,
    ) {}

    syncOnce(): Promise<void> {
        return (this.done ??= this.sync());
    }

    private async sync(): Promise<void> {
        const missing = await this.missingTables();
        if (missing.length > 0) {
            Logger.error(
                `DataHub cannot work yet: the database has no table ${missing.join(', ')}. ` +
                    'Generate and run a migration (npx vendure migrate), then start again.',
                loggerCtx,
            );
            return;
        }
        const database = this.connection.rawConnection;
        const { secrets, connections, pipelines } = this.options;
        for (const secret of secrets) {
            await reported(`secret "${secret.code}"`, () => syncSecret(database, secret, this.secrets));
        }
        for (const connection of connections) {
            await reported(`connection "${connection.code}"`, () => syncConnection(database, connection));
        }
        for (const pipeline of pipelines) {
            await reported(`pipeline "${pipeline.code}"`, () => syncPipeline(database, pipeline, this.definitions));
        }
        await reported('what was removed from the code', () => disableRemoved(database, this.options));
    }

    private async missingTables(): Promise<string[]> {
        const database = this.connection.rawConnection;
        const queryRunner = database.createQueryRunner();
        try {
            const missing: string[] = [];
            for (const entity of dataHubEntities) {
                const { tablePath } = database.getMetadata(entity);
                if (!(await queryRunner.hasTable(tablePath))) missing.push(tablePath);
            }
            return missing;
        } finally {
            await queryRunner.release();
        }
    }
}

async function reported(what: string, work: () => Promise<SyncChanges>): Promise<void> {
    try {
        for (const { level, message } of await work()) Logger[level](message, loggerCtx);
    } catch (thrown) {
        const error = asDataHubError(thrown);
        Logger.error(
            `Could not synchronise ${what} from code: ${[error.message, error.hint].filter(Boolean).join(' ')}`,
            loggerCtx,
        );
    }
}
