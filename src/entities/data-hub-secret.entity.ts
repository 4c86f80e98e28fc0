import type { DeepPartial } from '@vendure/core';
import { VendureEntity } from '@vendure/core';
import { Column, Entity, Index } from 'typeorm';

export const SECRET_PROVIDERS = ['INLINE', 'ENV'] as const;
export type SecretProvider = (typeof SECRET_PROVIDERS)[number];

/** A credential. Its plain value is never a column. */
@Entity('data_hub_secret')
export class DataHubSecret extends VendureEntity {
    constructor(input?: DeepPartial<DataHubSecret>) {
        super(input);
    }

    @Index({ unique: true })
    @Column({ length: 100 })
    code!: string;

    @Column({ type: 'varchar', length: 20 })
    provider!: SecretProvider;

    /** INLINE: the encrypted value. */
    @Column({ type: 'text', nullable: true })
    encryptedValue!: string | null;

    /** INLINE: which key encrypted it, so that keys can be rotated. */
    @Column({ type: 'varchar', length: 100, nullable: true })
    keyId!: string | null;

    /** ENV: name of the environment variable. */
    @Column({ type: 'varchar', length: 255, nullable: true })
    envName!: string | null;

    /** Comes from the plugin's options; the API then refuses edits. */
    @Column({ default: false })
    isCodeFirst!: boolean;

    /** Was code-first and has been removed from the code: kept, but it no longer resolves. */
    @Column({ default: false })
    disabledByCode!: boolean;
}
