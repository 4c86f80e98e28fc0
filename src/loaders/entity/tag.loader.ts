import { tag } from '../../catalog/service-entity/entities/tag';
import { config } from '../../sdk/field';
import { matching } from './service-fields';
import { serviceLoader } from './service-loader';

export const tagLoader = serviceLoader(tag, {
    code: 'tag',
    name: 'Tags',
    description: 'Creates tags, as assets have them. One record is one tag.',
    limits: 'A tag has nothing but its value, so that it can be renamed with matchBy id only.',
    schema: config({
        ...matching({ value: 'By value.' }),
    }),
    examples: [{ title: 'A tag', config: {}, record: { value: 'autumn' } }],
});
