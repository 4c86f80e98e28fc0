import { Administrator, AdministratorService, normalizeEmailAddress } from '@vendure/core';
import { randomBytes } from 'node:crypto';
import type { ObjectLiteral } from 'typeorm';
import { z } from 'zod';
import { filledText } from '../../field-kinds';
import { column, references } from '../attributes';
import { common, keysField } from '../record-fields';
import { Attribute, ServiceEntity, through } from '../service-entity';

const emailAddress: Attribute = {
    ...column('emailAddress', { required: true }),
    accept: value => normalizeEmailAddress(value as string),
};

export const administrator: ServiceEntity = {
    entityType: 'Administrator',
    entity: Administrator,
    customFields: 'Administrator',
    keys: ['emailAddress'],
    record: z.looseObject({
        ...common,
        emailAddress: filledText('E-mail address to log in with.').optional(),
        firstName: filledText('First name.').optional(),
        lastName: filledText('Last name.').optional(),
        roles: keysField('Codes of roles.').optional(),
    }),
    relations: { user: { roles: true } },
    attributes: {
        emailAddress,
        firstName: column('firstName', { required: true }),
        lastName: column('lastName', { required: true }),
        roles: references('Role', live => (live.user as ObjectLiteral).roles as ObjectLiteral[], 'roleIds', {
            mode: 'rolesMode',
            required: true,
        }),
    },
    soft: true,
    service: injector => ({
        ...through(AdministratorService)(injector),
        // Vendure asks for a password; nobody is told this one, and it is kept as its hash alone.
        create: (ctx, input) =>
            injector
                .get(AdministratorService)
                .create(ctx, { ...input, password: randomBytes(32).toString('base64url') } as never),
        delete: (ctx, id) => injector.get(AdministratorService).softDelete(ctx, id),
    }),
};
