import { coreEntitiesMap } from '@vendure/core/dist/entity/entities';
import { expect, it } from 'vitest';
import { loaderOf } from '../catalog/custom-entity/vendure-loaders';
import { builtInLoaders } from '.';

it('tells for each entity that has a loader which one it is', () => {
    const types = new Set(builtInLoaders.map(({ entityType }) => entityType).filter(type => type in coreEntitiesMap));
    expect(types.size).toBeGreaterThan(20);
    const named = (type: string) => builtInLoaders.find(({ code }) => code === loaderOf(type));
    expect([...types].filter(type => named(type)?.entityType !== type)).toEqual([]);
});
