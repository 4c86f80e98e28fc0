import { tmpdir } from 'node:os';
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
            scripts: {},
            logs: { minLevel: 'DEBUG' },
            files: {
                rootDir: path.resolve('data-hub/files'),
                uploadsDir: path.resolve('data-hub/uploads'),
                maxUploadBytes: 2 * 1024 ** 3,
                outputDir: path.resolve('data-hub/exports'),
            },
            outbound: { allowPrivateHosts: [] },
            notifications: {},
            spool: { backend: 'disk', directory: path.resolve('data-hub/spool'), keepFailedHours: 168 },
            whole: {
                tempDirectory: path.join(tmpdir(), 'data-hub-whole'),
                memoryLimitMb: 256,
                maxRowsInMemory: 50_000,
            },
            distributedLock: { backend: 'database', defaultTtlMs: 30_000, waitTimeoutMs: 5_000 },
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

    it('take functions only as scripts, and known levels of logs', () => {
        const script = () => undefined;
        expect(resolveOptions({ scripts: { script } }).scripts['script']).toBe(script);
        expect(failureOf({ scripts: { script: 'return 1' } })).toContain('scripts.script: a script must be a function');
        expect(failureOf({ logs: { minLevel: 'LOUD' } })).toContain('logs.minLevel: ');
    });

    it('want what the spool in S3 needs', () => {
        expect(failureOf({ spool: { backend: 's3' } })).toContain('spool.s3: the backend s3 needs at least the bucket');
        const s3 = { bucket: 'b', accessKeyIdSecretCode: 'id' };
        expect(failureOf({ spool: { backend: 's3', s3 } })).toContain('secretAccessKeySecretCode go together');
        expect(resolveOptions({ spool: { backend: 's3', s3: { bucket: 'b' } } }).spool.s3).toEqual({
            bucket: 'b',
            prefix: 'data-hub-spool',
            forcePathStyle: false,
        });
    });

    it('refuse the same code twice', () => {
        const secret = { code: 'erp', provider: 'ENV', value: 'ERP' } as const;
        expect(failureOf({ secrets: [secret, secret] })).toContain('secrets: the code "erp" is used twice.');
    });

    it('know where Redis is exactly when it keeps the locks', () => {
        const redis = { host: 'redis.internal' };
        expect(resolveOptions({ distributedLock: { backend: 'redis', redis } }).distributedLock).toEqual({
            backend: 'redis',
            redis: { host: 'redis.internal', port: 6379, keyPrefix: 'data-hub:', tls: false },
            defaultTtlMs: 30_000,
            waitTimeoutMs: 5_000,
        });
        const message = 'distributedLock.redis: the backend "redis" needs the host of its server here';
        expect(failureOf({ distributedLock: { backend: 'redis' } })).toContain(message);
        expect(failureOf({ distributedLock: { redis } })).toContain(message);
    });

    it('never repeat the value of a secret', () => {
        const secret = { code: 'erp', provider: 'ENVIRONMENT', value: 'top-secret' };
        expect(failureOf({ secrets: [secret] })).not.toContain('top-secret');
    });
});
