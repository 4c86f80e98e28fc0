import { taxCategory } from '../../catalog/service-entity/entities/tax-category';
import { config } from '../../sdk/field';
import { matchingWithCustomFields } from './service-fields';
import { serviceLoader } from './service-loader';

export const taxCategoryLoader = serviceLoader(taxCategory, {
    code: 'taxCategory',
    name: 'Tax categories',
    description: 'Creates and updates tax categories. One record is one category.',
    guarantees: 'A new default category takes the flag from the former one, and an undo gives it back.',
    schema: config({
        ...matchingWithCustomFields({ name: 'By name.' }),
    }),
    examples: [{ title: 'A category', config: {}, record: { name: 'Reduced', isDefault: false } }],
});
