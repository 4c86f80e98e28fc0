import { role } from '../../catalog/service-entity/entities/role';
import { config } from '../../sdk/field';
import { matching, mode } from './service-fields';
import { serviceLoader } from './service-loader';

export const roleLoader = serviceLoader(role, {
    code: 'role',
    name: 'Roles',
    description: 'Creates and updates roles with permissions and channels. One record is one role.',
    guarantees:
        'Nobody can give away what they do not have: the user of the run needs every permission of the role in each of its channels, and a run without a user is refused.',
    schema: config({
        ...matching({ code: 'By code.' }),
        permissionsMode: mode(
            'Permissions',
            'How the permissions of a record meet those that are there; SKIP leaves those of existing roles alone.',
        ),
        channelsMode: mode('Channels', 'How the channels of a record meet those that are there.'),
    }),
    examples: [
        {
            title: 'Who keeps the catalog',
            config: { permissionsMode: 'REPLACE_ALL' },
            record: {
                code: 'catalog-editor',
                description: 'Keeps the catalog',
                permissions: ['ReadCatalog', 'UpdateCatalog'],
            },
        },
    ],
});
