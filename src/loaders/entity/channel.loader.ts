import { channel } from '../../catalog/service-entity/entities/channel';
import { config } from '../../sdk/field';
import { matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const channelLoader = serviceLoader(channel, {
    code: 'channel',
    name: 'Channels',
    description: 'Creates and updates channels. One record is one channel.',
    limits: 'Nothing is assigned to a new channel but the roles that Vendure assigns. Other processes may know a new channel only after half a minute. A new default currency converts no price: Vendure gives the prices of the old one the new code.',
    schema: config({
        ...matchingWithCustomFields({ code: 'By code.' }),
    }),
    examples: [
        {
            title: 'A channel',
            config: {},
            record: {
                code: 'b2b',
                token: 'b2b-token',
                defaultLanguageCode: 'en',
                defaultCurrencyCode: 'EUR',
                pricesIncludeTax: false,
                defaultTaxZone: 'Europe',
                defaultShippingZone: 'Europe',
            },
        },
    ],
});
