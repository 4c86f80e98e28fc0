import { Zone, ZoneService } from '@vendure/core';
import { z } from 'zod';
import { column, references } from '../attributes';
import { common, keysField, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const zone: ServiceEntity = {
    entityType: 'Zone',
    entity: Zone,
    customFields: 'Zone',
    keys: ['name'],
    record: z.looseObject({
        ...common,
        name: nameText.optional(),
        countries: keysField('Codes of the countries in it, such as `DE`.').optional(),
    }),
    relations: { members: true },
    attributes: {
        name: column('name', { required: true }),
        countries: references('Country', 'members', 'memberIds', {
            mode: 'countriesMode',
            members: {
                add: ({ injector, ctx }, zoneId, memberIds) =>
                    injector.get(ZoneService).addMembersToZone(ctx, { zoneId, memberIds }),
                remove: ({ injector, ctx }, zoneId, memberIds) =>
                    injector.get(ZoneService).removeMembersFromZone(ctx, { zoneId, memberIds }),
            },
        }),
    },
    service: through(ZoneService),
};
