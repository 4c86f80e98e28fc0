import { DEFAULT_CHANNEL_CODE } from '@vendure/common/lib/shared-constants';
import { Channel, ChannelService, CurrencyCode, LanguageCode } from '@vendure/core';
import { z } from 'zod';
import type { JsonValue } from '../../../../shared/json';
import { filledText, flag, wholeNumber } from '../../field-kinds';
import { didYouMean } from '../../../sdk/did-you-mean';
import { UserError } from '../../../sdk/errors';
import { codes, column, reference } from '../attributes';
import { common, keysField } from '../record-fields';
import { Attribute, ServiceEntity, through } from '../service-entity';

/** Vendure’s service takes any code, and its API then answers nothing any more that shows the channel. */
function ofVendure(attribute: Attribute, what: string, known: readonly string[]): Attribute {
    return {
        ...attribute,
        accept: (value, field, context) => {
            const unknown = [value].flat().find(code => !known.includes(code as string));
            if (unknown === undefined) return attribute.accept?.(value, field, context) ?? value;
            const message = `${field}: Vendure knows no ${what} "${unknown as string}".`;
            throw new UserError(`unknown-${what}`, message, didYouMean(unknown as string, known), {
                field,
                got: unknown,
            });
        },
    };
}

const language = (attribute: Attribute) => ofVendure(attribute, 'language', Object.values(LanguageCode));
const currency = (attribute: Attribute) => ofVendure(attribute, 'currency', Object.values(CurrencyCode));

/** Vendure adds a new default currency to the others, and refuses lists without it: but for those of a new channel. */
function agreeOnCurrencies(after: Map<string, JsonValue>, before: ReadonlyMap<string, JsonValue> | undefined): void {
    const given = after.get('availableCurrencyCodes') as string[] | undefined;
    const ofRecord = after.get('defaultCurrencyCode') as string | undefined;
    const main = ofRecord ?? (before?.get('defaultCurrencyCode') as string);
    if (given && !given.includes(main)) {
        throw new UserError(
            'default-currency-missing',
            `availableCurrencyCodes must hold the default currency "${main}".`,
            'Add it, or give another defaultCurrencyCode.',
            { field: 'availableCurrencyCodes', got: given },
        );
    }
    const there = before?.get('availableCurrencyCodes') as string[] | undefined;
    if (!given && ofRecord !== undefined && there && !there.includes(ofRecord)) {
        after.set('availableCurrencyCodes', [...there, ofRecord].sort());
    }
}

type Fields = ReadonlyMap<string, JsonValue>;

/** Vendure knows it by its code, and nothing works any more once it is called otherwise; its service takes any. */
function agreeOnDefault(after: Fields, before: Fields | undefined): void {
    const code = after.get('code') ?? DEFAULT_CHANNEL_CODE;
    if (before?.get('code') !== DEFAULT_CHANNEL_CODE || code === DEFAULT_CHANNEL_CODE) return;
    throw new UserError(
        'default-channel-stays',
        `code: the default channel keeps its code "${DEFAULT_CHANNEL_CODE}", as Vendure finds it by that.`,
        'Leave the code out.',
        { field: 'code', got: code },
    );
}

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
        defaultLanguageCode: language(column('defaultLanguageCode', { required: true })),
        availableLanguageCodes: language(codes('availableLanguageCodes')),
        defaultCurrencyCode: currency(column('defaultCurrencyCode', { required: true })),
        availableCurrencyCodes: currency(codes('availableCurrencyCodes')),
        pricesIncludeTax: column('pricesIncludeTax', { required: true }),
        defaultTaxZone: reference('Zone', 'defaultTaxZone', 'defaultTaxZoneId', { required: true }),
        defaultShippingZone: reference('Zone', 'defaultShippingZone', 'defaultShippingZoneId', { required: true }),
        trackInventory: column('trackInventory'),
        outOfStockThreshold: column('outOfStockThreshold'),
    },
    agree: (after, before) => {
        agreeOnDefault(after, before);
        agreeOnCurrencies(after, before);
    },
    staysOnUndo: 'deleting a channel would take along every price and assignment that it has',
    service: through(ChannelService),
};
