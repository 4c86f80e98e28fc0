import { paymentMethod } from '../../catalog/service-entity/entities/payment-method';
import { config } from '../../sdk/field';
import { channelFields, languageField, matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const paymentMethodLoader = serviceLoader(paymentMethod, {
    code: 'paymentMethod',
    name: 'Payment methods',
    description: 'Creates and updates payment methods with handler, checker and texts. One record is one method.',
    limits: 'Methods that are not in the channel of the run are not seen. A handler or checker is replaced whole; arguments are kept in the change sets as they are, so that keys of payment providers belong into the configuration of the handler.',
    schema: config({
        ...matchingWithCustomFields({ code: 'By code.' }),
        ...channelFields,
        ...languageField,
    }),
    examples: [
        {
            title: 'Paid on delivery',
            config: { languageCode: 'en' },
            record: {
                code: 'on-delivery',
                name: 'On delivery',
                handler: { code: 'dummy-payment-handler', args: { automaticSettle: false } },
            },
        },
    ],
});
