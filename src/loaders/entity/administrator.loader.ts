import { administrator } from '../../catalog/service-entity/entities/administrator';
import { config } from '../../sdk/field';
import { matchingWithCustomFields, mode } from './service-fields';
import { serviceLoader } from './service-loader';

export const administratorLoader = serviceLoader(administrator, {
    code: 'administrator',
    name: 'Administrators',
    description: 'Creates and updates administrators and gives them roles. One record is one administrator.',
    guarantees:
        'Passwords are neither read nor written: a new administrator gets a random one that nobody is told, of which only the hash is kept, so that another administrator has to set one before the first login. Nobody can give away roles with permissions that they do not have, and a run without a user is refused.',
    limits: 'A record that brings a password field brings it for nothing, and is kept without it when it is refused.',
    secretFields: ['password', 'passwordHash'],
    schema: config({
        ...matchingWithCustomFields({ emailAddress: 'By e-mail address.' }),
        rolesMode: mode(
            'Roles',
            'How the roles of a record meet those that are there; SKIP leaves those of existing administrators alone.',
        ),
    }),
    examples: [
        {
            title: 'An administrator',
            config: {},
            record: {
                emailAddress: 'assistant@example.com',
                firstName: 'Shop',
                lastName: 'Assistant',
                roles: ['catalog-editor'],
            },
        },
    ],
});
