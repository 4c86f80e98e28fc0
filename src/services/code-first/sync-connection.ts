import { isDeepStrictEqual } from 'node:util';
import type { DataSource } from 'typeorm';
import { JsonObject } from '../../../shared/json';
import { DataHubConnection } from '../../entities';
import { checkConnection } from '../connection.service';
import { CodeFirstConnection } from '../data-hub-options';
import { compareAndWrite, SyncChanges } from './code-first-row';

export async function syncConnection(database: DataSource, wanted: CodeFirstConnection): Promise<SyncChanges> {
    // Through JSON, because that is what comes back from the database.
    const config = JSON.parse(JSON.stringify(wanted.config)) as JsonObject;
    checkConnection({ code: wanted.code, type: wanted.type, config });
    return compareAndWrite(database, async (manager): Promise<SyncChanges> => {
        const repository = manager.getRepository(DataHubConnection);
        const row = await repository.findOneBy({ code: wanted.code });
        const isSame =
            row?.isCodeFirst &&
            !row.disabledByCode &&
            row.type === wanted.type &&
            isDeepStrictEqual(row.config, config);
        if (isSame) return [];
        const values = { type: wanted.type, isCodeFirst: true, disabledByCode: false };
        const entity = Object.assign(row ?? new DataHubConnection(), values, { code: wanted.code, config });
        entity.name ??= wanted.code;
        await repository.save(entity);
        return [{ level: 'info', message: `Connection "${wanted.code}" ${row ? 'updated' : 'created'} from code.` }];
    });
}
