import type { z } from 'zod';
import type { ConfigSchema } from './field';

export type AdapterType = 'EXTRACTOR' | 'OPERATOR' | 'LOADER' | 'EXPORTER';

/** What every adapter declares, whatever it does. */
export interface AdapterDeclaration<S extends ConfigSchema = ConfigSchema> {
    /** camelCase; the folder's name, the registry's key and the docs page's name. */
    code: string;
    name: string;
    /** One or two sentences in the present tense. */
    description: string;
    category: string;
    schema: S;
    /** What a user may rely on (order, memory, delivery), honestly. */
    guarantees: string;
    /** What it cannot do. */
    limits?: string;
    /** Made use of by DataHub itself: not offered to those who draw pipelines. */
    internal?: boolean;
}

export type ConfigOf<A extends { schema: ConfigSchema }> = z.output<A['schema']>;
export type ConfigInputOf<A extends { schema: ConfigSchema }> = z.input<A['schema']>;
