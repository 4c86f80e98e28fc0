import { CustomerGroup, CustomerGroupService, normalizeEmailAddress } from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import { z } from 'zod';
import { column, references } from '../attributes';
import { common, keysField, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

/** Deleted customers stay in the table of members, where Vendure shows them no more. */
const living = ({ customers: members }: ObjectLiteral) =>
    (members as ObjectLiteral[]).filter(({ deletedAt }) => deletedAt === null);

const customers = references('Customer', living, 'customerIds', {
    mode: 'customersMode',
    stored: normalizeEmailAddress,
    members: {
        add: ({ injector, ctx }, customerGroupId, customerIds) =>
            injector.get(CustomerGroupService).addCustomersToGroup(ctx, { customerGroupId, customerIds }),
        remove: ({ injector, ctx }, customerGroupId, customerIds) =>
            injector.get(CustomerGroupService).removeCustomersFromGroup(ctx, { customerGroupId, customerIds }),
    },
});

export const customerGroup: ServiceEntity = {
    entityType: 'CustomerGroup',
    entity: CustomerGroup,
    customFields: 'CustomerGroup',
    keys: ['name'],
    record: z.looseObject({
        ...common,
        name: nameText.optional(),
        customers: keysField('E-mail addresses of the customers in it.').optional(),
    }),
    relations: { customers: true },
    attributes: { name: column('name', { required: true }), customers },
    membersPointHere: 'Customer',
    service: through(CustomerGroupService),
};
