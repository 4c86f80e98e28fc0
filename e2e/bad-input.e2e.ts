import { ProductVariant } from '@vendure/core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vendureCatalog } from '../demo/pipelines/vendure-catalog';
import { DataHubPlugin } from '../src';
import { DataHubRecordError, type PipelineRun } from '../src/entities';
import { DefinitionService } from '../src/services/definition.service';
import { describeOnEachDatabase } from './support/each-database';
import { runToEnd } from './support/run-to-end';
import { BootedVendure, bootVendure } from './support/vendure';

const HEADER = 'name,slug,description,optionGroups,optionValues,sku,price,stockOnHand';
const row = (name: string, sku: string, price = '10.00') => `${name},${name.toLowerCase()},text,,,${sku},${price},5`;
const csv = (...rows: string[]) => [HEADER, ...rows, ''].join('\n');

/** File name → content. Each file has a pipeline of the same name. */
const files: Record<string, string | Buffer> = {
    malformed: csv(row('Aa1', 'A-1'), 'Bb1,bb1,"never closed" oops,,,B-1,1.00,1', row('Cc1', 'C-1')),
    columns: csv(row('Aa2', 'A-2'), 'Bb2,bb2,too,few', row('Cc2', 'C-2')),
    encoding: Buffer.from(csv(row('Café', 'A-3'), row('Crème', 'B-3')), 'latin1'),
    missing: 'name,slug,preis,sku\nAa4,aa4,1.00,A-4\n',
    types: csv(row('Aa5', 'A-5', '"12,9O"'), row('Bb5', 'B-5'), row('Cc5', 'C-5').replace(/5$/, 'many')),
    huge: csv(row('Aa6', 'A-6'), `Bb6,bb6,${'x'.repeat(10 * 1024 * 1024)},,,B-6,1.00,1`, row('Cc6', 'C-6')),
    vanished: csv(row('Aa7', 'A-7')),
    empty: '',
    duplicates: csv(row('Aa9', 'DUP-9'), row('Bb9', 'B-9'), row('Cc9', 'DUP-9'), row('Dd9', 'D-9')),
    owner: csv(row('Owner', 'OWNED')),
    thief: csv(row('Thief', 'OWNED'), row('Honest', 'H-10')),
    hopeless: csv(row('Aa11', 'A-11', 'free'), row('Bb11', 'B-11', 'gratis')),
};

describeOnEachDatabase(
    'Bad input',
    database => {
        const folder = mkdtempSync(join(tmpdir(), 'data-hub-bad-input-'));
        let shop: BootedVendure;

        beforeAll(async () => {
            for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, `${name}.csv`), content);
            shop = await bootVendure({
                database,
                databaseName: 'e2e_bad_input',
                plugins: [
                    DataHubPlugin.init({
                        pipelines: Object.keys(files).map(name => ({ ...vendureCatalog(`${name}.csv`), code: name })),
                        files: { rootDir: folder },
                    }),
                ],
            });
        });
        afterAll(async () => {
            await shop.close();
            rmSync(folder, { recursive: true });
        });

        const run = async (code: string): Promise<{ run: PipelineRun; errors: DataHubRecordError[] }> => {
            const ended = await runToEnd(shop, code);
            const repository = shop.connection.rawConnection.getRepository(DataHubRecordError);
            return { run: ended, errors: await repository.find({ where: { runId: ended.id }, order: { id: 'ASC' } }) };
        };
        const variants = (sku: string) => shop.connection.rawConnection.getRepository(ProductVariant).countBy({ sku });

        it('names a malformed line and loads the others', async () => {
            const { run: ended, errors } = await run('malformed');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            expect(errors[0]).toMatchObject({ step: 'read', file: 'malformed.csv', line: 3, kind: 'USER' });
            expect(errors[0]!.message).toContain('Line 3 of "malformed.csv" is malformed');
            expect(errors[0]!.hint).toContain('""');
            expect(errors[0]!.raw).toContain('never closed');
        });

        it('names a line with too few cells', async () => {
            const { run: ended, errors } = await run('columns');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            expect(errors[0]).toMatchObject({ step: 'read', file: 'columns.csv', line: 3 });
            expect(errors[0]!.message).toMatch(/4 .*8|8 .*4/);
        });

        it('does not guess an encoding but says what it looks like', async () => {
            const { run: ended } = await run('encoding');
            expect(ended).toMatchObject({ status: 'FAILED', created: 0 });
            expect(ended.error).toContain('encoding.csv');
            expect(ended.error).toContain('UTF-8');
            expect(ended.hint).toMatch(/encoding/);
        });

        it('names a missing column, those that are there and the likely one', async () => {
            const { run: ended } = await run('missing');
            expect(ended.status).toBe('FAILED');
            expect(ended.error).toContain('"price"');
            expect(`${ended.error} ${ended.hint}`).toContain('preis');
        });

        it('rejects values of the wrong type by line and field', async () => {
            const { run: ended, errors } = await run('types');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 1, rejected: 2 });
            expect(errors.map(error => [error.step, error.line, error.field])).toEqual([
                ['shape', 2, 'price'],
                ['shape', 4, 'stockOnHand'],
            ]);
            expect(errors[0]!.message).toContain('"12,9O"');
            expect(errors.every(error => error.hint)).toBe(true);
        });

        it('refuses a cell of 10 MB and goes on', async () => {
            const { run: ended, errors } = await run('huge');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 2, rejected: 1 });
            expect(errors[0]).toMatchObject({ step: 'read', file: 'huge.csv', line: 3 });
            expect(errors[0]!.message).toMatch(/larger|longer|more than/);
        });

        it('says that a file is gone', async () => {
            rmSync(join(folder, 'vanished.csv'));
            const { run: ended } = await run('vanished');
            expect(ended.status).toBe('FAILED');
            expect(ended.error).toContain('vanished.csv');
            expect(ended.hint).toBeTruthy();
        });

        it('says that a file is empty', async () => {
            const { run: ended } = await run('empty');
            expect(ended.status).toBe('FAILED');
            expect(ended.error).toMatch(/"empty.csv" is empty/);
        });

        it('rejects the second record with a SKU and names the line of the first', async () => {
            const { run: ended, errors } = await run('duplicates');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 3, rejected: 1 });
            expect(errors[0]).toMatchObject({ step: 'write', file: 'duplicates.csv', line: 4 });
            expect(errors[0]!.message).toContain('DUP-9');
            expect(errors[0]!.message).toContain('line 2');
            expect(await variants('DUP-9')).toBe(1);
        });

        it('rejects a SKU that belongs to another product and names that product', async () => {
            await run('owner');
            const { run: ended, errors } = await run('thief');
            expect(ended).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', created: 1, rejected: 1 });
            expect(errors[0]).toMatchObject({ step: 'write', line: 2, recordKey: 'thief' });
            expect(errors[0]!.message).toContain('OWNED');
            expect(errors[0]!.message).toContain('owner');
            expect(await variants('OWNED')).toBe(1);
        });

        it('fails the run when every record fails', async () => {
            expect((await run('hopeless')).run).toMatchObject({ status: 'FAILED', created: 0, rejected: 2 });
        });

        describe('in definitions', () => {
            const problemsOf = (definition: unknown) =>
                shop.app
                    .get(DefinitionService)
                    .check(definition)
                    .problems.map(problem => `${problem.path} ${problem.message} ${problem.hint ?? ''}`);

            it('names an unknown adapter and the likely one', () => {
                const definition = {
                    version: 1,
                    steps: [{ key: 'a', type: 'extract', config: { adapterCode: 'fil' } }],
                };
                expect(problemsOf(definition).join('\n')).toMatch(
                    /\$\.steps\[0\]\.config\.adapterCode.*"fil".*"file"/s,
                );
            });

            it('names the steps of a cycle', () => {
                const { steps } = vendureCatalog('x.csv').definition;
                const extra = { key: 'again', type: 'TRANSFORM', config: { operators: [] } };
                const edges = [
                    { from: 'read', to: 'shape' },
                    { from: 'shape', to: 'again' },
                    { from: 'again', to: 'shape' },
                    { from: 'again', to: 'write' },
                ];
                expect(problemsOf({ version: 1, steps: [...steps, extra], edges }).join('\n')).toMatch(
                    /shape → again → shape|again → shape → again/,
                );
            });
        });
    },
    { sampleOn: 'sqlite' },
);
