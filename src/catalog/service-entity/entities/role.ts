import { Permission, Role, RoleService } from '@vendure/core';
import { z } from 'zod';
import { entityId, filledText } from '../../field-kinds';
import { codes, column, references } from '../attributes';
import { descriptionText, keysField } from '../record-fields';
import { Attribute, ServiceEntity, through } from '../service-entity';

const isExplicit = (name: unknown): boolean => name !== Permission.Authenticated;
const list = codes('permissions');

/** Every role has `Authenticated`, whether it is asked for or not. */
const permissions: Attribute = {
    ...list,
    read: live => (list.read(live) as string[]).filter(isExplicit),
    accept: (value, field, context) => (list.accept!(value, field, context) as string[]).filter(isExplicit),
    mode: 'permissionsMode',
    required: true,
};

export const role: ServiceEntity = {
    entityType: 'Role',
    entity: Role,
    keys: ['code'],
    record: z.looseObject({
        id: entityId.optional(),
        code: filledText('Code.').optional(),
        description: descriptionText.optional(),
        permissions: keysField('Names of permissions, such as `ReadCatalog`.').optional(),
        channels: keysField('Codes of the channels in which it holds; that of the run if absent.').optional(),
    }),
    relations: { channels: true },
    attributes: {
        code: column('code', { required: true }),
        description: column('description', { cleared: '', initial: '' }),
        permissions,
        channels: references('Channel', 'channels', 'channelIds', { mode: 'channelsMode' }),
    },
    service: injector => {
        const roles = injector.get(RoleService);
        return {
            ...through(RoleService)(injector),
            /** The service looks at what the user may give away only where permissions are given, not where a role comes into channels. */
            async update(ctx, input) {
                if (input.channelIds === undefined || input.permissions !== undefined) return roles.update(ctx, input);
                const { permissions } = (await roles.findOne(ctx, input.id)) ?? {};
                return roles.update(ctx, { ...input, permissions });
            },
        };
    },
};
