import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request, Response } from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalFileAccess } from '../files/local-file-access';
import { UploadService } from '../services/upload.service';
import { UploadController } from './upload.controller';

describe('an upload', () => {
    let folder: string;
    let server: Server;
    let outcomes: Promise<unknown>[];

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'upload-controller-'));
        outcomes = [];
        const options = { files: { maxUploadBytes: 1_000 } } as never;
        const controller = new UploadController(
            new UploadService(new LocalFileAccess({ uploadsDir: folder }), options),
        );
        server = createServer((request, response) => {
            // What express adds and the controller uses.
            const answer = Object.assign(response, { status: () => answer, json: () => answer.end() });
            const outcome = controller
                .upload(request as Request, answer as unknown as Response)
                .catch((error: unknown) => (response.end(), error));
            outcomes.push(outcome);
        });
        await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    });

    afterEach(() => {
        server.close();
        rmSync(folder, { recursive: true });
    });

    async function send(...parts: [field: string, content: string | Blob][]): Promise<unknown> {
        const form = new FormData();
        for (const [name, content] of parts) form.append(name, content);
        await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { method: 'POST', body: form });
        return outcomes.at(-1);
    }

    it('is kept when the form is in order', async () => {
        expect(await send(['file', new Blob(['sku'])])).toBeUndefined();
        expect(readdirSync(folder)).toHaveLength(1);
    });

    it.each<[string, [string, string | Blob][]]>([
        ['a second file', [['file', new Blob(['two'])]]],
        ['a file of another name', [['other', new Blob(['two'])]]],
        ['a field that is too long', [['note', 'x'.repeat(20_000)]]],
    ])('is not kept when %s comes after it, since nobody learns its id', async (_what, more) => {
        expect(await send(['file', new Blob(['one'])], ...more)).toMatchObject({ code: 'upload-malformed' });
        expect(readdirSync(folder)).toEqual([]);
    });
});
