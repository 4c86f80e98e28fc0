import { TaxRate, TaxRateService } from '@vendure/core';
import { z } from 'zod';
import { filledText, flag } from '../../field-kinds';
import { column, reference } from '../attributes';
import { common, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

const percent = z
    .number({ error: 'must be a number; turn it into one with toNumber' })
    .min(0, { error: 'must not be negative; give the percentage' })
    .max(999.99, { error: 'must be below 1000; give the percentage' })
    .refine(value => Number(value.toFixed(2)) === value, {
        error: 'must have at most two decimals; round it',
    });

export const taxRate: ServiceEntity = {
    entityType: 'TaxRate',
    entity: TaxRate,
    customFields: 'TaxRate',
    keys: ['name'],
    record: z.looseObject({
        ...common,
        name: nameText.optional(),
        enabled: flag('Whether it is charged.').optional(),
        value: percent.optional().meta({ description: 'Percentage, such as `19` or `7.7`.' }),
        category: filledText('Name of the tax category.').optional(),
        zone: filledText('Name of the zone.').optional(),
        customerGroup: filledText('Name of the customer group that it is for; null for all.').nullable().optional(),
    }),
    relations: { category: true, zone: true, customerGroup: true },
    attributes: {
        name: column('name', { required: true }),
        enabled: column('enabled', { initial: true }),
        value: column('value', { required: true }),
        category: reference('TaxCategory', 'category', 'categoryId', { required: true }),
        zone: reference('Zone', 'zone', 'zoneId', { required: true }),
        customerGroup: reference('CustomerGroup', 'customerGroup', 'customerGroupId', { cleared: 'customerGroup' }),
    },
    service: through(TaxRateService),
};
