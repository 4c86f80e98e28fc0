import { PaymentMethod, PaymentMethodService } from '@vendure/core';
import { z } from 'zod';
import { filledText, flag } from '../../field-kinds';
import { channels, column, operation } from '../attributes';
import { common, descriptionText, keysField, nameText, operationField, translated } from '../record-fields';
import { ServiceEntity, through } from '../service-entity';

export const paymentMethod: ServiceEntity = {
    entityType: 'PaymentMethod',
    entity: PaymentMethod,
    customFields: 'PaymentMethod',
    keys: ['code'],
    record: z.looseObject({
        ...common,
        code: filledText('Code.').optional(),
        enabled: flag('Whether customers can pay with it.').optional(),
        handler: operationField('Who takes the money.').optional(),
        checker: operationField('Which orders can be paid this way; null for all.').nullable().optional(),
        channels: keysField('Codes of its channels.').optional(),
        ...translated(nameText, descriptionText),
    }),
    relations: {},
    attributes: {
        code: column('code', { required: true }),
        enabled: column('enabled', { initial: true }),
        handler: operation('PaymentMethodHandler', 'handler', { required: true }),
        checker: operation('PaymentMethodEligibilityChecker', 'checker'),
        channels: channels(PaymentMethod),
    },
    texts: { name: undefined, description: '' },
    channelAware: true,
    service: through(PaymentMethodService),
};
