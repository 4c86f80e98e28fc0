import { customerGroup } from '../../catalog/service-entity/entities/customer-group';
import { config } from '../../sdk/field';
import { matchingWithCustomFields, mode } from './service-fields';
import { serviceLoader } from './service-loader';

export const customerGroupLoader = serviceLoader(customerGroup, {
    code: 'customerGroup',
    name: 'Customer groups',
    description: 'Creates and updates customer groups and their membership. One record is one group.',
    limits: 'Customers are looked up in the channel of the run. The members of a group are read and recorded whole, which is not made for groups of many thousands.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
        customersMode: mode('Customers', 'How the customers of a record meet those that are in the group.'),
    }),
    examples: [
        { title: 'A group of one', config: {}, record: { name: 'Wholesale', customers: ['buyer@example.com'] } },
    ],
});
