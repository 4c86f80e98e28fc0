import { describe, expect, it } from 'vitest';
import { AssetDirectory } from './asset-directory';
import { BatchState, SharedCreations } from './batch-state';
import type { CatalogRun } from './catalog-run';
import { EntityDraft } from './entity-draft';
import { RunMemory } from './run-memory';
import { SlugBook } from './slug-book';

describe('what several records need', () => {
    const batchOf = (memory: RunMemory) => {
        const run = { memory, facts: { fill: () => undefined } } as unknown as CatalogRun;
        return new BatchState(run, {} as AssetDirectory, new SlugBook(memory));
    };
    const needFacet = (state: BatchState<unknown>, index: number) => {
        const shared = new SharedCreations(state, { step: 'read', index });
        shared.need('Facet', 'Facet brand', 'brand', () => new EntityDraft('Facet', null, 'brand').toChange());
        return shared.accept().length;
    };

    it('is created by the first of a batch', () => {
        const state = batchOf(new RunMemory(false));
        expect([needFacet(state, 0), needFacet(state, 1)]).toEqual([1, 0]);
    });

    it('is created again by a batch that was rolled back and is tried again', () => {
        const memory = new RunMemory(false);
        expect([needFacet(batchOf(memory), 0), needFacet(batchOf(memory), 0)]).toEqual([1, 1]);
    });

    it('is planned once in a dry run, by the same record also when its batch is tried again', () => {
        const memory = new RunMemory(true);
        for (let attempt = 1; attempt <= 2; attempt++) {
            const state = batchOf(memory);
            expect([needFacet(state, 0), needFacet(state, 1)]).toEqual([1, 0]);
        }
        expect(needFacet(batchOf(memory), 2)).toBe(0);
    });
});
