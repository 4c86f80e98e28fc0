import { TaxCategory, TaxCategoryService } from '@vendure/core';
import { z } from 'zod';
import { flag } from '../../field-kinds';
import { column } from '../attributes';
import { common, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const taxCategory: ServiceEntity = {
    entityType: 'TaxCategory',
    entity: TaxCategory,
    customFields: 'TaxCategory',
    keys: ['name'],
    record: z.looseObject({
        ...common,
        name: nameText.optional(),
        isDefault: flag('Given to variants without one; there is one default, so the former one loses it.').optional(),
    }),
    relations: {},
    attributes: { name: column('name', { required: true }), isDefault: column('isDefault', { initial: false }) },
    onlyOne: 'isDefault',
    service: through(TaxCategoryService),
};
