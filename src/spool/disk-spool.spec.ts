import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { DiskSpoolFactory } from './disk-spool';
import { describeSpoolConformance } from './spool-conformance.fixture';

vi.mock('node:fs/promises', async original => ({ ...(await original<typeof fs>()) }));

const records = [{ data: { sku: '00123' }, origin: { step: 'read', index: 0 } }];

describe('disk spool', () => {
    const parent = mkdtempSync(join(tmpdir(), 'data-hub-spool-'));
    const directory = join(parent, 'spool');
    const factory = new DiskSpoolFactory(directory);
    afterAll(() => rmSync(parent, { recursive: true }));
    afterEach(() => vi.restoreAllMocks());

    describeSpoolConformance(() => factory);

    it('has no chunk when the process dies between writing and renaming', async () => {
        vi.spyOn(fs, 'rename').mockRejectedValueOnce(new Error('killed'));
        // A dead process does not clean up either.
        vi.spyOn(fs, 'rm').mockResolvedValueOnce();
        await expect(factory.open('20').put('a', 0, records)).rejects.toThrow('killed');
        expect(filesOf('20')).toHaveLength(1);
        expect(await factory.open('20').chunks('a')).toEqual([]);
        await factory.open('20').put('a', 0, records);
        expect(await factory.open('20').chunks('a')).toEqual([0]);
        await factory.removeRun('20');
        expect(readdirSync(directory)).not.toContain('run-20');
    });

    it('leaves no temporary file behind when the disk is full, and says so', async () => {
        vi.spyOn(fs, 'rename').mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        await expect(factory.open('21').put('a', 0, records)).rejects.toThrow('is full');
        expect(filesOf('21')).toEqual([]);
    });

    it('refuses a chunk that is not whole', async () => {
        await factory.open('22').put('a', 0, records);
        const path = join(directory, 'run-22', filesOf('22')[0]!);
        truncateSync(path, statSync(path).size - 4);
        await expect(factory.open('22').read('a', 0)).rejects.toThrow('chunk 0 of a is damaged');
        truncateSync(path, 0);
        await expect(factory.open('22').read('a', 0)).rejects.toThrow('chunk 0 of a is damaged');
    });

    it('lets nobody else look', async () => {
        await factory.open('23').put('a', 0, records);
        const modes = ['', 'run-23', ...filesOf('23').map(file => join('run-23', file))].map(
            path => statSync(join(directory, path)).mode & 0o777,
        );
        expect(modes).toEqual([0o700, 0o700, 0o600]);
    });

    it('closes a directory that was there and open', async () => {
        const open = join(parent, 'open');
        mkdirSync(open);
        chmodSync(open, 0o755);
        await new DiskSpoolFactory(open).open('1').put('a', 0, records);
        expect(statSync(join(open, 'run-1')).mode & 0o777).toBe(0o700);
    });

    it('never touches what is not its own', async () => {
        mkdirSync(join(directory, 'lost+found'), { recursive: true });
        writeFileSync(join(directory, 'notes.txt'), 'mine');
        for await (const runId of factory.runs()) await factory.removeRun(runId);
        expect(readdirSync(directory).sort()).toEqual(['lost+found', 'notes.txt']);
    });

    const filesOf = (runId: string): string[] => {
        const folder = join(directory, `run-${runId}`);
        return readdirSync(folder).flatMap(channel =>
            readdirSync(join(folder, channel)).map(file => join(channel, file)),
        );
    };
});
