import type { DataSource } from 'typeorm';
import { Defect } from '../../sdk/errors';
import { DiskSpoolFactory } from '../../spool/disk-spool';
import type { S3SpoolSettings } from '../../spool/s3-bucket';
import { S3SpoolFactory } from '../../spool/s3-spool';
import type { SpoolFactory } from '../../spool/spool-factory';
import type { ResolvedSpoolOptions } from './spool-options';
import { DatabaseSpoolFactory } from './database-spool';

/** Injection token of the {@link SpoolFactory} that the options ask for. */
export const SPOOL_FACTORY = Symbol('SPOOL_FACTORY');

interface Secrets {
    resolve(code: string): Promise<string>;
}

export function spoolFactoryOf(options: ResolvedSpoolOptions, database: DataSource, secrets: Secrets): SpoolFactory {
    switch (options.backend) {
        case 'disk':
            return new DiskSpoolFactory(options.directory);
        case 'database':
            return new DatabaseSpoolFactory(database);
        case 's3':
            return new S3SpoolFactory(s3SettingsOf(options, secrets));
    }
}

function s3SettingsOf({ s3 }: ResolvedSpoolOptions, secrets: Secrets): S3SpoolSettings {
    if (!s3) throw new Defect('spool-options', 'The backend s3 came without its settings.');
    const { accessKeyIdSecretCode: id, secretAccessKeySecretCode: key, ...settings } = s3;
    if (id === undefined || key === undefined) return settings;
    return {
        ...settings,
        credentials: async () => ({
            accessKeyId: await secrets.resolve(id),
            secretAccessKey: await secrets.resolve(key),
        }),
    };
}
