import { promotion } from '../../catalog/service-entity/entities/promotion';
import { config } from '../../sdk/field';
import { channelFields, languageField, matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const promotionLoader = serviceLoader(promotion, {
    code: 'promotion',
    name: 'Promotions',
    description:
        'Creates and updates promotions with conditions, actions, coupon code, dates and limits. One record is one promotion.',
    guarantees:
        'The priority of a promotion follows from all its conditions and actions, also where a record gives some of them.',
    limits: 'Promotions that are not in the channel of the run are not seen. Conditions and actions of a record replace those that are there. Where Vendure allows several promotions with one name or coupon code, such records are rejected.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name in the language of the run.', couponCode: 'By coupon code.' }),
        ...channelFields,
        ...languageField,
    }),
    examples: [
        {
            title: 'A coupon',
            config: { languageCode: 'en' },
            record: {
                name: 'Autumn',
                couponCode: 'AUTUMN10',
                endsAt: '2027-01-01T00:00:00Z',
                actions: [{ code: 'order_percentage_discount', args: { discount: 10 } }],
            },
        },
    ],
});
