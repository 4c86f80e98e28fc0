import { ConfigArgService, ShippingMethod, ShippingMethodService } from '@vendure/core';
import { z } from 'zod';
import { textOf } from '../../../../shared/json';
import { filledText } from '../../field-kinds';
import { didYouMean } from '../../../sdk/did-you-mean';
import { UserError } from '../../../sdk/errors';
import { Attribute, ServiceEntity, through } from '../service-entity';
import { channels, column, operation } from '../attributes';
import { common, descriptionText, keysField, nameText, operationField, translated } from '../record-fields';

const fulfillmentHandler: Attribute = {
    ...column('fulfillmentHandlerCode', { required: true }),
    // Vendure’s service takes another one without a word.
    accept: (value, field, { injector }) => {
        const known = injector.get(ConfigArgService).getDefinitions('FulfillmentHandler');
        if (known.some(({ code }) => code === value)) return value;
        const hint = didYouMean(
            textOf(value),
            known.map(({ code }) => code),
        );
        const message = `${field}: the shop has no fulfillment handler with the code "${textOf(value)}".`;
        throw new UserError('unknown-operation', message, hint, { field, got: value });
    },
    write: value => ({ fulfillmentHandler: value }),
};

export const shippingMethod: ServiceEntity = {
    entityType: 'ShippingMethod',
    entity: ShippingMethod,
    customFields: 'ShippingMethod',
    keys: ['code'],
    record: z.looseObject({
        ...common,
        code: filledText('Code.').optional(),
        fulfillmentHandler: filledText('Code of the fulfillment handler, such as `manual-fulfillment`.').optional(),
        checker: operationField('Which orders can be shipped this way.').optional(),
        calculator: operationField('What it costs.').optional(),
        channels: keysField('Codes of its channels.').optional(),
        ...translated(nameText, descriptionText),
    }),
    relations: {},
    attributes: {
        code: column('code', { required: true }),
        fulfillmentHandler,
        checker: operation('ShippingEligibilityChecker', 'checker', { required: true }),
        calculator: operation('ShippingCalculator', 'calculator', { required: true }),
        channels: channels(ShippingMethod),
    },
    texts: { name: undefined, description: '' },
    channelAware: true,
    soft: true,
    service: through(ShippingMethodService, { delete: 'softDelete' }),
};
