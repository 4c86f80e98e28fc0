import type { ID } from '@vendure/core';
import type { JsonValue } from '../../shared/json';
import type { ChangeAction, ChangeSet, EntityChange, FieldChange } from '../../src/sdk/change-set';

export function changeSet(key: string, action: ChangeAction, entities: EntityChange[]): ChangeSet {
    return { key, action, entities };
}

export function change(
    entityType: string,
    key: string,
    action: Exclude<ChangeAction, 'UNCHANGED'>,
    fields: FieldChange[],
    id?: ID,
): EntityChange {
    return { entityType, key, action, fields, entityId: id === undefined ? null : String(id) };
}

export function created(entityType: string, key: string, fields: Record<string, JsonValue>): EntityChange {
    return change(
        entityType,
        key,
        'CREATE',
        Object.entries(fields).map(([path, after]) => ({ path, after })),
    );
}

export function facetChange(code: string): EntityChange {
    return created('Facet', code, { code, isPrivate: false, 'translations.en.name': code });
}

export function facetValueChange(facet: string, code: string): EntityChange {
    return created('FacetValue', `${facet}:${code}`, { code, 'translations.en.name': code });
}

export function simpleProduct(key: string, customFields: Record<string, JsonValue> = {}): ChangeSet {
    return changeSet(key, 'CREATE', [
        created('Product', key, {
            enabled: true,
            'translations.en.name': key,
            'translations.en.slug': key,
            channels: ['__default_channel__'],
            ...Object.fromEntries(Object.entries(customFields).map(([name, value]) => [`customFields.${name}`, value])),
        }),
        created('ProductVariant', key, {
            product: key,
            sku: key,
            taxCategory: 'Standard Tax',
            'translations.en.name': key,
            channels: ['__default_channel__'],
            'prices.__default_channel__.USD': 1000,
            'stock.Default Stock Location': 0,
        }),
    ]);
}

export function withAssets(key: string, assets: string[]): ChangeSet {
    const set = simpleProduct(key);
    set.entities.unshift(...assets.map(source => created('Asset', source, { source })));
    set.entities.find(entity => entity.entityType === 'Product')!.fields.push({ path: 'assets', after: assets });
    return set;
}

export function fullProduct(
    key: string,
    { channels = ['__default_channel__', 'outlet'] }: { channels?: string[] } = {},
): ChangeSet {
    const variant = (suffix: string, option: string, stock: number) =>
        created('ProductVariant', `${key}-${suffix}`, {
            product: key,
            sku: `${key}-${suffix}`,
            enabled: true,
            taxCategory: 'Standard Tax',
            'translations.en.name': `${key} ${option}`,
            channels,
            options: [`size:${option}`],
            facetValues: [],
            assets: ['blue.png'],
            'prices.__default_channel__.USD': 1299,
            ...(channels.includes('outlet') ? { 'prices.outlet.USD': 999 } : {}),
            'stock.Default Stock Location': stock,
        });
    return changeSet(key, 'CREATE', [
        facetChange('colour'),
        facetValueChange('colour', 'red'),
        created('Asset', 'red.png', { source: 'red.png' }),
        created('Asset', 'blue.png', { source: 'blue.png' }),
        created('Product', key, {
            enabled: true,
            'translations.en.name': key,
            'translations.en.slug': key,
            'translations.en.customFields.claim': 'Fast',
            'translations.de.name': `${key} de`,
            'translations.de.slug': `${key}-de`,
            'translations.de.customFields.claim': 'Schnell',
            'customFields.erpId': '00123',
            'customFields.tags': ['new', 'hot'],
            'customFields.releasedAt': '2026-03-01T10:00:00.000Z',
            channels,
            facetValues: ['colour:red'],
            assets: ['red.png', 'blue.png'],
            featuredAsset: 'red.png',
            optionGroups: ['size'],
        }),
        created('ProductOptionGroup', 'size', { code: 'size', 'translations.en.name': 'Size' }),
        created('ProductOption', 'size:small', { code: 'small', 'translations.en.name': 'Small' }),
        created('ProductOption', 'size:medium', { code: 'medium', 'translations.en.name': 'Medium' }),
        variant('s', 'small', 7),
        variant('m', 'medium', 0),
    ]);
}
