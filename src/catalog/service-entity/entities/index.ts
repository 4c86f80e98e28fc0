import type { ServiceEntity } from '../service-entity';
import { administrator } from './administrator';
import { channel } from './channel';
import { country } from './country';
import { customerGroup } from './customer-group';
import { paymentMethod } from './payment-method';
import { promotion } from './promotion';
import { role } from './role';
import { seller } from './seller';
import { shippingMethod } from './shipping-method';
import { stockLocation } from './stock-location';
import { tag } from './tag';
import { taxCategory } from './tax-category';
import { taxRate } from './tax-rate';
import { zone } from './zone';

/** Each after what it refers to. */
export const SERVICE_ENTITIES: readonly ServiceEntity[] = [
    taxCategory,
    country,
    zone,
    customerGroup,
    taxRate,
    tag,
    seller,
    channel,
    stockLocation,
    shippingMethod,
    paymentMethod,
    promotion,
    role,
    administrator,
];

const byType = new Map(SERVICE_ENTITIES.map(entity => [entity.entityType, entity]));

export function serviceEntityOf(entityType: string): ServiceEntity | undefined {
    return byType.get(entityType);
}
