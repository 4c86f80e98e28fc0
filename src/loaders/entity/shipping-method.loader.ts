import { shippingMethod } from '../../catalog/service-entity/entities/shipping-method';
import { config } from '../../sdk/field';
import { channelFields, languageField, matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const shippingMethodLoader = serviceLoader(shippingMethod, {
    code: 'shippingMethod',
    name: 'Shipping methods',
    description: 'Creates and updates shipping methods with checker, calculator and texts. One record is one method.',
    limits: 'Methods that are not in the channel of the run are not seen. A checker or calculator is replaced whole.',
    schema: config({
        ...matchingWithCustomFields({ code: 'By code.' }),
        ...channelFields,
        ...languageField,
    }),
    examples: [
        {
            title: 'A flat rate',
            config: { languageCode: 'en' },
            record: {
                code: 'standard',
                name: 'Standard',
                fulfillmentHandler: 'manual-fulfillment',
                checker: { code: 'default-shipping-eligibility-checker', args: { orderMinimum: 0 } },
                calculator: {
                    code: 'default-shipping-calculator',
                    args: { rate: 500, includesTax: 'auto', taxRate: 0 },
                },
            },
        },
    ],
});
