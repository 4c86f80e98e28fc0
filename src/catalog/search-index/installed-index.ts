import { ConfigService, DefaultSearchPlugin, Injector, TransactionalConnection } from '@vendure/core';
import type { EntityMetadata } from 'typeorm';

/** The index of Vendure's DefaultSearchPlugin, as this shop has set it up. */
export interface InstalledIndex {
    metadata: EntityMetadata;
    /** Rows tell whether variant and product can be sold. */
    withStock: boolean;
    /** One row for each currency of a channel, not for its default currency only. */
    withCurrencies: boolean;
    /** Also true where the option was on earlier in the life of the process. */
    hasCurrencyColumn: boolean;
}

/** Undefined in a shop that searches by other means. */
export function installedIndex(injector: Injector): InstalledIndex | undefined {
    const plugins = injector.get(ConfigService).plugins.map(plugin => ('module' in plugin ? plugin.module : plugin));
    if (!plugins.includes(DefaultSearchPlugin)) return undefined;
    // Vendure exports neither the entity nor the token of the options.
    const { entityMetadatas } = injector.get(TransactionalConnection).rawConnection;
    const metadata = entityMetadatas.find(({ name }) => name === 'SearchIndexItem');
    if (!metadata) return undefined;
    const { indexStockStatus, indexCurrencyCode } = DefaultSearchPlugin.options;
    return {
        metadata,
        withStock: indexStockStatus === true,
        withCurrencies: indexCurrencyCode === true,
        hasCurrencyColumn: metadata.findColumnWithPropertyPath('currencyCode') !== undefined,
    };
}
