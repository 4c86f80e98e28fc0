import { seller } from '../../catalog/service-entity/entities/seller';
import { config } from '../../sdk/field';
import { matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const sellerLoader = serviceLoader(seller, {
    code: 'seller',
    name: 'Sellers',
    description: 'Creates and updates sellers. One record is one seller.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
    }),
    examples: [{ title: 'A seller', config: {}, record: { name: 'Acme' } }],
});
