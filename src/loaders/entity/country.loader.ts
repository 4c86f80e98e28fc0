import { country } from '../../catalog/service-entity/entities/country';
import { config } from '../../sdk/field';
import { languageField, matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const countryLoader = serviceLoader(country, {
    code: 'country',
    name: 'Countries',
    description: 'Creates and updates countries. One record is one country.',
    limits: 'Custom fields of the type relation cannot be loaded, as Vendure stores none for countries through its service.',
    schema: config({
        ...matchingWithCustomFields({ code: 'By code.' }),
        ...languageField,
    }),
    examples: [
        {
            title: 'A country in two languages',
            config: { languageCode: 'en' },
            record: {
                code: 'AT',
                name: 'Austria',
                enabled: true,
                translations: [{ languageCode: 'de', name: 'Österreich' }],
            },
        },
    ],
});
