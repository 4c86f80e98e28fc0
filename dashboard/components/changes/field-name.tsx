import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useLocalFormat } from '@vendure/dashboard';
import { wordsOf, type FieldPath } from './field-path';

/** Fields of Vendure's entities that people meet often. Others are called by the words of their names. */
const names: Record<string, MessageDescriptor> = {
    assets: msg`Assets`,
    channels: msg`Channels`,
    code: msg`Code`,
    country: msg`Country`,
    customer: msg`Customer`,
    deletedAt: msg`Deleted`,
    description: msg`Description`,
    emailAddress: msg`E-mail address`,
    enabled: msg`Enabled`,
    facetValues: msg`Facet values`,
    featuredAsset: msg`Featured asset`,
    filters: msg`Filters`,
    firstName: msg`First name`,
    groups: msg`Groups`,
    isPrivate: msg`Private`,
    lastName: msg`Last name`,
    name: msg`Name`,
    optionGroups: msg`Option groups`,
    options: msg`Options`,
    parent: msg`Parent`,
    position: msg`Position`,
    price: msg`Price`,
    product: msg`Product`,
    sku: msg`SKU`,
    slug: msg`Slug`,
    source: msg`Source`,
    state: msg`State`,
    stock: msg`Stock`,
    stockAdjustment: msg`Stock adjustment`,
    tags: msg`Tags`,
    taxCategory: msg`Tax category`,
    trackInventory: msg`Track inventory`,
};

const defaultChannel = '__default_channel__';

/** "Name (German)", "Price (USD)", "Stock (Main warehouse)"; the channel only where it is not the default one. */
export function useFieldName(): (path: FieldPath) => string {
    const { t } = useLingui();
    const { formatLanguageName } = useLocalFormat();
    return ({ field, languageCode, channel, currencyCode, location, isCustom }) => {
        const known = isCustom ? undefined : names[field];
        const details = [
            languageCode && formatLanguageName(languageCode),
            channel !== defaultChannel && channel,
            currencyCode,
            location,
        ].filter(Boolean);
        const name = known ? t(known) : wordsOf(field);
        return details.length > 0 ? `${name} (${details.join(', ')})` : name;
    };
}
