import { zone } from '../../catalog/service-entity/entities/zone';
import { config } from '../../sdk/field';
import { matchingWithCustomFields, mode } from './service-fields';
import { serviceLoader } from './service-loader';

export const zoneLoader = serviceLoader(zone, {
    code: 'zone',
    name: 'Zones',
    description: 'Creates and updates zones with the countries in them. One record is one zone.',
    limits: 'Provinces that are members of a zone stay, but cannot be added.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
        countriesMode: mode('Countries', 'How the countries of a record meet those that are in the zone.'),
    }),
    examples: [{ title: 'A zone of two countries', config: {}, record: { name: 'DACH', countries: ['DE', 'AT'] } }],
});
