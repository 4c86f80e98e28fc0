import { Country, CountryService } from '@vendure/core';
import { z } from 'zod';
import { filledText, flag } from '../../field-kinds';
import { column } from '../attributes';
import { common, nameText, translated } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const country: ServiceEntity = {
    entityType: 'Country',
    entity: Country,
    customFields: 'Region',
    relationsUnsaved: true,
    keys: ['code'],
    record: z.looseObject({
        ...common,
        code: filledText('ISO 3166 code, such as `DE`.').optional(),
        enabled: flag('Whether customers can choose it.').optional(),
        ...translated(nameText),
    }),
    relations: {},
    attributes: { code: column('code', { required: true }), enabled: column('enabled', { initial: true }) },
    texts: { name: undefined },
    service: through(CountryService),
};
