import type { ConfigService, ID } from '@vendure/core';

/** Ids as the Admin API shows them; REST routes and files must do so themselves. */
export function idCodecOf(config: ConfigService): { encode: (id: ID) => string; decode: (text: string) => ID } {
    const strategy = config.entityOptions.entityIdStrategy ?? config.entityIdStrategy;
    return {
        encode: id => String(strategy.encodeId(id)),
        decode: text => strategy.decodeId(text) as ID,
    };
}
