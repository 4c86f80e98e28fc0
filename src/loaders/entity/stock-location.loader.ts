import { stockLocation } from '../../catalog/service-entity/entities/stock-location';
import { config } from '../../sdk/field';
import { channelFields, matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const stockLocationLoader = serviceLoader(stockLocation, {
    code: 'stockLocation',
    name: 'Stock locations',
    description: 'Creates and updates stock locations and assigns them to channels. One record is one location.',
    limits: 'Locations that are not in the channel of the run are not seen.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
        ...channelFields,
    }),
    examples: [{ title: 'A warehouse', config: {}, record: { name: 'Hamburg', description: 'Second floor.' } }],
});
