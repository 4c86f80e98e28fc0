import { Channel, ChannelService, CurrencyCode, LanguageCode } from '@vendure/core';
import type { BootedVendure } from './vendure';

interface ChannelOptions {
    /** The first is its default. */
    languages?: LanguageCode[];
    currency?: CurrencyCode;
}

/** A channel beside the default one, in whose zones it sells; its token is `<code>-token`. */
export async function createChannel(
    { app, ctx }: BootedVendure,
    code: string,
    { languages = [LanguageCode.en], currency = CurrencyCode.EUR }: ChannelOptions = {},
): Promise<Channel> {
    const channels = app.get(ChannelService);
    const main = await channels.getDefaultChannel();
    const created = await channels.create(ctx, {
        code,
        token: `${code}-token`,
        defaultLanguageCode: languages[0]!,
        availableLanguageCodes: languages,
        pricesIncludeTax: false,
        defaultCurrencyCode: currency,
        availableCurrencyCodes: [currency],
        defaultTaxZoneId: main.defaultTaxZone.id,
        defaultShippingZoneId: main.defaultShippingZone.id,
    });
    if (!(created instanceof Channel)) throw new Error(created.message);
    return created;
}
