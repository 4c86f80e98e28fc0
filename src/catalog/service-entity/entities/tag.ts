import { Tag, TagService } from '@vendure/core';
import { z } from 'zod';
import { entityId, filledText } from '../../field-kinds';
import { column } from '../attributes';
import { ServiceEntity, through } from '../service-entity';

export const tag: ServiceEntity = {
    entityType: 'Tag',
    entity: Tag,
    keys: ['value'],
    record: z.looseObject({ id: entityId.optional(), value: filledText('The tag itself.').optional() }),
    relations: {},
    attributes: { value: column('value', { required: true }) },
    service: through(TagService),
};
