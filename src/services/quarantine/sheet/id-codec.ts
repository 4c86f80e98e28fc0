import type { ConfigService, ID } from '@vendure/core';

interface IdCodec {
    encode: (id: ID) => string;
    /** Undefined for text that is no id, which some databases refuse to look for. */
    decode: (text: string) => ID | undefined;
}

/** Ids as the Admin API shows them; REST routes and files must do so themselves. */
export function idCodecOf(config: ConfigService): IdCodec {
    const strategy = config.entityOptions.entityIdStrategy ?? config.entityIdStrategy;
    const isId = (id: ID) => (strategy.primaryKeyType === 'uuid' ? UUID.test(String(id)) : isNumber(Number(id)));
    const encode = (id: ID) => String(strategy.encodeId(id));
    return {
        encode,
        decode: text => {
            const id = strategy.decodeId(text) as ID;
            return isId(id) && encode(id) === text ? id : undefined;
        },
    };
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Of the type that Vendure gives its ids. */
const isNumber = (id: number): boolean => Number.isInteger(id) && id > 0 && id < 2 ** 31;
