import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataHubOptions, resolveOptions } from './data-hub-options';

const failureOf = (options: unknown): string => {
    try {
        resolveOptions(options as DataHubOptions);
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error('The options were accepted.');
};

describe('plugin options', () => {
    it('are complete without a word', () => {
        expect(resolveOptions({})).toEqual({
            pipelines: [],
            secrets: [],
            connections: [],
            adapters: [],
            files: {
                rootDir: path.resolve('data-hub/files'),
                uploadsDir: path.resolve('data-hub/uploads'),
                maxUploadBytes: 2 * 1024 ** 3,
            },
            outbound: { allowPrivateHosts: [] },
            distributedLock: { defaultTtlMs: 30_000 },
        });
    });

    it('name every problem at once and where it is', () => {
        const message = failureOf({
            files: { maxUploadBytes: 0 },
            distributedLock: { defaultTtlMs: 5 },
            pipelines: [{ code: 'not a code', name: 'x', definition: {} }],
            pipeline: [],
        });
        expect(message).toContain('DataHubPlugin.init() was given options that cannot be used');
        expect(message).toContain('files.maxUploadBytes: ');
        expect(message).toContain('distributedLock.defaultTtlMs: ');
        expect(message).toContain('pipelines[0].code: a code holds letters');
        expect(message).toContain('"pipeline"');
    });

    it('refuse the same code twice', () => {
        const secret = { code: 'erp', provider: 'ENV', value: 'ERP' } as const;
        expect(failureOf({ secrets: [secret, secret] })).toContain('secrets: the code "erp" is used twice.');
    });

    it('never repeat the value of a secret', () => {
        const secret = { code: 'erp', provider: 'ENVIRONMENT', value: 'top-secret' };
        expect(failureOf({ secrets: [secret] })).not.toContain('top-secret');
    });
});
