import { defaultConfig, mergeConfig, type RuntimeVendureConfig } from '@vendure/core';
import { getMetadataArgsStorage } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { PipelineRun, Pipeline, widenLongJsonColumns } from '.';

describe('long JSON columns', () => {
    const configFor = (type: 'mariadb' | 'mysql' | 'postgres' | 'better-sqlite3') =>
        mergeConfig<RuntimeVendureConfig>(defaultConfig, { dbConnectionOptions: { type, database: 'x' } });
    const typeOf = (target: unknown, propertyName: string) =>
        getMetadataArgsStorage().columns.find(each => each.target === target && each.propertyName === propertyName)
            ?.options.type;
    const apply = (config: RuntimeVendureConfig) => {
        for (const modify of config.entityOptions.metadataModifiers) void modify(getMetadataArgsStorage());
    };

    it.each(['mariadb', 'mysql'] as const)('are widened on %s', type => {
        const config = configFor(type);
        widenLongJsonColumns(config);
        apply(config);
        expect(typeOf(Pipeline, 'definition')).toBe('longtext');
        expect(typeOf(PipelineRun, 'metrics')).toBe('longtext');
        expect(typeOf(PipelineRun, 'error')).toBe('text');
    });

    it.each(['postgres', 'better-sqlite3'] as const)(
        'are text on %s, also after another database in this process',
        type => {
            for (const each of ['mysql', type] as const) {
                const config = configFor(each);
                widenLongJsonColumns(config);
                apply(config);
            }
            expect(typeOf(Pipeline, 'definition')).toBe('text');
        },
    );

    it('keep the modifiers of others and are registered once per config', () => {
        const config = configFor('mysql');
        let called = 0;
        config.entityOptions.metadataModifiers = [() => void called++];
        widenLongJsonColumns(config);
        widenLongJsonColumns(config);
        expect(config.entityOptions.metadataModifiers).toHaveLength(2);
        apply(config);
        expect(called).toBe(1);
    });
});
