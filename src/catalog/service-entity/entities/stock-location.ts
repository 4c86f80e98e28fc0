import { StockLocation, StockLocationService } from '@vendure/core';
import { z } from 'zod';
import { channels, column } from '../attributes';
import { common, descriptionText, keysField, nameText } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const stockLocation: ServiceEntity = {
    entityType: 'StockLocation',
    entity: StockLocation,
    customFields: 'StockLocation',
    keys: ['name'],
    record: z.looseObject({
        ...common,
        name: nameText.optional(),
        description: descriptionText.optional(),
        channels: keysField('Codes of its channels.').optional(),
    }),
    relations: {},
    attributes: {
        name: column('name', { required: true }),
        description: column('description', { cleared: '', initial: '' }),
        channels: channels(StockLocation),
    },
    channelAware: true,
    service: injector => ({
        ...through(StockLocationService)(injector),
        delete: (ctx, id) => injector.get(StockLocationService).delete(ctx, { id }),
    }),
};
