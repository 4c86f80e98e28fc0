import {
    DefaultJobQueuePlugin,
    DefaultSchedulerPlugin,
    DefaultSearchPlugin,
    getEntitiesFromPlugins,
} from '@vendure/core';
import { coreEntitiesMap } from '@vendure/core/dist/entity/entities';
import { expect, it } from 'vitest';
import { isOfVendure } from './find-entity';
import { loaderOf } from './vendure-loaders';

const core = Object.values(coreEntitiesMap);
const nameOf = (target: { name: string }) => target.name;

it('leaves every entity of Vendure to Vendure', () => {
    const ofPlugins = getEntitiesFromPlugins([DefaultJobQueuePlugin, DefaultSchedulerPlugin, DefaultSearchPlugin]);
    const all = [...core, ...ofPlugins] as { name: string }[];
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(target => !isOfVendure({ name: target.name, target: target as never })).map(nameOf)).toEqual([]);
});

it('names loaders only for entities that there are', () => {
    const known = new Set(core.map(nameOf));
    const named = ['ProductAsset', 'Address', 'Country', 'OrderLine', 'FacetValueTranslation'];
    expect(named.map(loaderOf)).toEqual(['product', 'customer', 'country', 'order', 'facetValue']);
    expect(named.filter(name => !known.has(name))).toEqual([]);
    expect(loaderOf('Session')).toBeUndefined();
});
