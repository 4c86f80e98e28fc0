import { taxRate } from '../../catalog/service-entity/entities/tax-rate';
import { config } from '../../sdk/field';
import { matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const taxRateLoader = serviceLoader(taxRate, {
    code: 'taxRate',
    name: 'Tax rates',
    description: 'Creates and updates tax rates. One record is one rate.',
    guarantees: 'Vendure’s service commits when it updates a rate; here the commit waits for that of the batch.',
    limits: 'Nothing keeps two rates from being valid for one category and zone.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
    }),
    examples: [
        {
            title: 'A rate',
            config: {},
            record: { name: 'Standard Germany', value: 19, category: 'Standard', zone: 'Germany' },
        },
    ],
});
