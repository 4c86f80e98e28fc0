import type { DataSource } from 'typeorm';
import { DataHubSecret } from '../../entities';
import { CodeFirstSecret } from '../data-hub-options';
import { SecretService } from '../secret.service';
import { compareAndWrite, SyncChanges } from './code-first-row';

/**
 * Compares values, not hashes: a hash of a short secret in the database could be tried out. A value under a previous
 * master key is encrypted anew, which completes a rotation.
 */
export async function syncSecret(
    database: DataSource,
    wanted: CodeFirstSecret,
    secrets: SecretService,
): Promise<SyncChanges> {
    return compareAndWrite(database, async (manager): Promise<SyncChanges> => {
        const repository = manager.getRepository(DataHubSecret);
        const row = await repository.findOneBy({ code: wanted.code });
        if (row?.isCodeFirst && !row.disabledByCode && secrets.holds(row, wanted)) return [];
        const values = { ...secrets.storedValueOf(wanted), isCodeFirst: true, disabledByCode: false };
        if (row) await repository.update({ id: row.id }, values);
        else await repository.insert(Object.assign(new DataHubSecret(), { ...values, code: wanted.code }));
        return [{ level: 'info', message: `Secret "${wanted.code}" ${row ? 'updated' : 'created'} from code.` }];
    });
}
