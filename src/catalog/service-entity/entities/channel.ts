import { Channel, ChannelService } from '@vendure/core';
import { z } from 'zod';
import { filledText, flag, wholeNumber } from '../../product/product-record';
import { codes, column, reference } from '../attributes';
import { common, keysField } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const channel: ServiceEntity = {
    entityType: 'Channel',
    entity: Channel,
    customFields: 'Channel',
    keys: ['code'],
    record: z.looseObject({
        ...common,
        code: filledText('Code.').optional(),
        token: filledText('What storefronts send to name the channel; made at random if absent.').optional(),
        seller: filledText('Name of the seller; null for none.').nullable().optional(),
        defaultLanguageCode: filledText('Language, such as `en`.').optional(),
        availableLanguageCodes: keysField('Languages; the default one if absent.').optional(),
        defaultCurrencyCode: filledText('Currency, such as `EUR`.').optional(),
        availableCurrencyCodes: keysField('Currencies; the default one if absent.').optional(),
        pricesIncludeTax: flag('Whether prices are entered with tax.').optional(),
        defaultTaxZone: filledText('Name of the zone that is taxed unless an address says otherwise.').optional(),
        defaultShippingZone: filledText('Name of the zone that is shipped to unless an address says so.').optional(),
        trackInventory: flag('Whether stock is tracked.').optional(),
        outOfStockThreshold: wholeNumber('Stock at which a variant counts as sold out.').optional(),
    }),
    relations: { seller: true, defaultTaxZone: true, defaultShippingZone: true },
    attributes: {
        code: column('code', { required: true }),
        token: column('token'),
        seller: reference('Seller', 'seller', 'sellerId'),
        defaultLanguageCode: column('defaultLanguageCode', { required: true }),
        availableLanguageCodes: codes('availableLanguageCodes'),
        defaultCurrencyCode: column('defaultCurrencyCode', { required: true }),
        availableCurrencyCodes: codes('availableCurrencyCodes'),
        pricesIncludeTax: column('pricesIncludeTax', { required: true }),
        defaultTaxZone: reference('Zone', 'defaultTaxZone', 'defaultTaxZoneId', { required: true }),
        defaultShippingZone: reference('Zone', 'defaultShippingZone', 'defaultShippingZoneId', { required: true }),
        trackInventory: column('trackInventory'),
        outOfStockThreshold: column('outOfStockThreshold'),
    },
    staysOnUndo: 'deleting a channel would take along every price and assignment that it has',
    service: through(ChannelService),
};
