import type { RuntimeVendureConfig } from '@vendure/core';
import { Column, type ColumnOptions, type ValueTransformer } from 'typeorm';
import type { MetadataArgsStorage } from 'typeorm/metadata-args/MetadataArgsStorage';

/**
 * JSON of any size, kept as text on every database: a definition, a record, the fields of a change set.
 * MySQL and MariaDB end a `text` column at 64 KB, so there the plugin widens these columns to `longtext`.
 */
export function LongJsonColumn(options: Omit<ColumnOptions, 'type' | 'transformer'> = {}): PropertyDecorator {
    return (prototype, propertyKey) => {
        longJsonColumns.push({ target: prototype.constructor, propertyName: String(propertyKey) });
        Column({ ...options, type: 'text', transformer: jsonText })(prototype, propertyKey);
    };
}

/** Called in the plugin's `configuration`; a second call with the same config changes nothing. */
export function widenLongJsonColumns(config: RuntimeVendureConfig): void {
    if (widenedConfigs.has(config)) return;
    widenedConfigs.add(config);
    const databaseType = config.dbConnectionOptions.type;
    config.entityOptions.metadataModifiers = [
        ...(config.entityOptions.metadataModifiers ?? []),
        metadata => setLongJsonType(metadata, databaseType),
    ];
}

/** Sets an absolute type, so it may run any number of times and for several databases in one process. */
export function setLongJsonType(metadata: MetadataArgsStorage, databaseType: string): void {
    const type = databaseType === 'mysql' || databaseType === 'mariadb' ? 'longtext' : 'text';
    for (const { target, propertyName } of longJsonColumns) {
        const column = metadata.columns.find(each => each.target === target && each.propertyName === propertyName);
        if (column) column.options.type = type;
    }
}

const longJsonColumns: { target: unknown; propertyName: string }[] = [];
const widenedConfigs = new WeakSet<RuntimeVendureConfig>();

const jsonText: ValueTransformer = {
    to: (value: unknown) => (value === undefined || value === null ? value : JSON.stringify(value)),
    from: (text: unknown) => (typeof text === 'string' ? (JSON.parse(text) as unknown) : text),
};
