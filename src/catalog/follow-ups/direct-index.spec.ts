import { ConfigService, Logger } from '@vendure/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CatalogHost } from '../catalog-scope';
import { DirectIndex } from './direct-index';

describe('DirectIndex in a shop that searches by other means', () => {
    const injector = { get: (token: unknown) => (token === ConfigService ? { plugins: [] } : undefined) };
    const host = { injector } as unknown as CatalogHost;

    afterEach(() => vi.restoreAllMocks());

    it('leaves the index to the events, and says so once when it was asked for', () => {
        const warn = vi.spyOn(Logger, 'warn').mockImplementation(() => undefined);
        expect(DirectIndex.of(host, true)).toBeUndefined();
        expect(warn.mock.calls).toEqual([
            [
                'searchIndex is DIRECT, but DefaultSearchPlugin is not installed: the search index follows the events.',
                'DataHub',
            ],
        ]);
    });

    it('says nothing when nobody asked for it', () => {
        const warn = vi.spyOn(Logger, 'warn').mockImplementation(() => undefined);
        expect(DirectIndex.of(host, false)).toBeUndefined();
        expect(warn).not.toHaveBeenCalled();
    });
});
