import crypto from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { S3SpoolSettings } from './s3-bucket';
import { S3SpoolFactory } from './s3-spool';
import { describeSpoolConformance } from './spool-conformance.fixture';

const records = [{ data: { sku: '00123' }, origin: { step: 'read', index: 0 } }];

describe('S3 spool', () => {
    const directory = mkdtempSync(join(tmpdir(), 'data-hub-s3-'));
    const server = new S3rver({
        address: '127.0.0.1',
        port: 0,
        silent: true,
        directory,
        configureBuckets: [{ name: 'spool', configs: [] }],
    });
    let endpoint = '';
    const opened: S3SpoolFactory[] = [];
    const factoryWith = (settings: Partial<S3SpoolSettings> = {}): S3SpoolFactory => {
        const factory = new S3SpoolFactory({
            bucket: 'spool',
            prefix: 'data-hub',
            endpoint,
            forcePathStyle: true,
            credentials: () => Promise.resolve({ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }),
            ...settings,
        });
        opened.push(factory);
        return factory;
    };
    let factory: S3SpoolFactory;

    beforeAll(async () => {
        // The test server writes its page tokens in a cipher that OpenSSL does not have any more.
        const { createCipheriv } = crypto;
        vi.spyOn(crypto, 'createCipheriv').mockImplementation(((name: string, key: Buffer, iv: Buffer) =>
            name === 'des'
                ? createCipheriv('des-ede3-cbc', Buffer.alloc(24, key), iv)
                : createCipheriv(name, key, iv)) as typeof createCipheriv);
        const { port } = await server.run();
        endpoint = `http://127.0.0.1:${port}`;
        factory = factoryWith();
    });
    afterAll(async () => {
        for (const each of opened) await each.close();
        await server.close();
        rmSync(directory, { recursive: true });
    });

    // Object stores put atomically; this server writes an object and its checksum into two files, one after the other.
    describeSpoolConformance(() => factory, { atomicPuts: false });

    it('stays within its prefix, and works without one', async () => {
        const [whole, other] = [factoryWith({ prefix: '' }), factoryWith({ prefix: 'other' })];
        await whole.open('30').put('a', 0, records);
        await other.open('30').put('a', 0, records);
        await factory.open('30').put('a', 0, records);
        await factory.removeRun('30');
        expect(await whole.open('30').read('a', 0)).toEqual(records);
        await whole.removeRun('30');
        expect(await other.open('30').read('a', 0)).toEqual(records);
    });

    it('says what to install when the package is missing', async () => {
        const bare = new S3SpoolFactory({ bucket: 'spool', prefix: '' }, () =>
            Promise.reject(new Error("Cannot find module '@aws-sdk/client-s3'")),
        );
        await expect(bare.open('1').chunks('a')).rejects.toThrow('the package @aws-sdk/client-s3 is not installed');
    });

    it('tells what the user must change from what may pass', async () => {
        const wrongBucket = factoryWith({ bucket: 'nowhere' }).open('1');
        await expect(wrongBucket.put('a', 0, records)).rejects.toMatchObject({ kind: 'USER', code: 'spool-refused' });
        await expect(wrongBucket.chunks('a')).rejects.toMatchObject({ kind: 'USER', code: 'spool-refused' });
        const nobodyThere = factoryWith({ endpoint: 'http://127.0.0.1:9' }).open('1');
        await expect(nobodyThere.put('a', 0, records)).rejects.toMatchObject({ kind: 'TRANSIENT' });
    });
});
