import { Seller, SellerService } from '@vendure/core';
import { z } from 'zod';
import { column } from '../attributes';
import { common, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const seller: ServiceEntity = {
    entityType: 'Seller',
    entity: Seller,
    customFields: 'Seller',
    keys: ['name'],
    record: z.looseObject({ ...common, name: nameText.optional() }),
    relations: {},
    attributes: { name: column('name', { required: true }) },
    service: through(SellerService),
};
