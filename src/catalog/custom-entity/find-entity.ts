import * as vendure from '@vendure/core';
import type { DataSource, EntityMetadata } from 'typeorm';
import { dataHubEntities } from '../../entities';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { CustomShape } from './custom-shape';
import { loaderOf } from './vendure-loaders';

/** The entity of that name, unless records must not be loaded into it. */
export function findEntity(name: string, dataSource: DataSource): CustomShape {
    const named = dataSource.entityMetadatas.filter(metadata => metadata.name === name);
    const [metadata, second] = named;
    if (!metadata) {
        const names = loadableEntities(dataSource).map(each => each.name);
        const known = names.length > 0 ? `It knows ${names.sort().join(', ')}.` : 'No plugin has added one.';
        throw refusal(name, `there is no entity "${name}" in the shop. ${known}`, didYouMean(name, names));
    }
    if (second) throw refusal(name, `several entities are called "${name}".`, 'Give one of the classes another name.');
    const why = whyNot(metadata);
    if (why) throw refusal(name, ...why);
    return new CustomShape(metadata, dataSource);
}

export function loadableEntities({ entityMetadatas }: DataSource): EntityMetadata[] {
    const isAlone = ({ name }: EntityMetadata) => entityMetadatas.filter(other => other.name === name).length === 1;
    return entityMetadatas.filter(metadata => !whyNot(metadata) && isAlone(metadata));
}

function refusal(name: string, message: string, hint: string): UserError {
    return new UserError('entity-not-loadable', `entity: ${message}`, hint, { field: 'entity', got: name });
}

/** Entities of Vendure that its package does not export. */
const HIDDEN = new Set([
    ...[
        'ApiKey',
        'ApiKeyTranslation',
        'HistoryEntry',
        'CustomerHistoryEntry',
        'OrderHistoryEntry',
        'OrderModification',
    ],
    ...['PaymentMethodTranslation', 'PromotionTranslation', 'Region', 'RegionTranslation', 'ShippingMethodTranslation'],
    // Of plugins that come with it.
    ...['JobRecord', 'JobRecordBuffer', 'SearchIndexItem', 'ScheduledTaskRecord'],
]);
const coreClasses = new Set<unknown>(Object.values(vendure));

export function isOfVendure({ name, target }: Pick<EntityMetadata, 'name' | 'target'>): boolean {
    return coreClasses.has(target) || HIDDEN.has(name);
}

function whyNot(metadata: EntityMetadata): [why: string, hint: string] | undefined {
    const { name, target, primaryColumns, tableType, treeType, relations } = metadata;
    if (typeof target !== 'function' || (tableType !== 'regular' && tableType !== 'entity-child')) {
        return [`"${name}" is not a table of its own.`, 'Name the entity that it belongs to.'];
    }
    if (dataHubEntities.some(own => own === target)) {
        return [`"${name}" is DataHub’s own.`, 'It is changed through the Admin API only.'];
    }
    if (isOfVendure(metadata)) {
        const loader = loaderOf(name);
        const rules = `"${name}" is Vendure’s own, and its rules would be passed by.`;
        return [rules, loader ? `Use the loader "${loader}".` : 'It is changed through Vendure’s Admin API only.'];
    }
    const base = relations.find(({ propertyName }) => propertyName === 'base');
    if (base && metadata.findColumnWithPropertyPath('languageCode')) {
        const owner = base.inverseEntityMetadata.name;
        return [`"${name}" holds the translations of ${owner}.`, `Load ${owner}, with "translations" in its records.`];
    }
    if (treeType) {
        return [
            `"${name}" is a tree (${treeType}), whose paths only its repository keeps.`,
            'Load it with a loader of your own.',
        ];
    }
    if (primaryColumns.length !== 1) {
        return [`"${name}" has ${primaryColumns.length} primary columns.`, 'Load it with a loader of your own.'];
    }
    return undefined;
}
