import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/json';
import { AdapterRegistry } from '../../adapters/adapter-registry';
import { stepSchema } from '../../sdk/definition/definition';
import { UserError } from '../../sdk/errors';
import { defineExporter, Exporter } from '../../sdk/exporter';
import { config, field } from '../../sdk/field';
import type { PipelineRecord } from '../../sdk/record';
import { Tally } from '../batch/tally';
import { ExportExecutor } from './export-executor';

let calls: string[];
let exporter: Partial<Exporter>;
beforeEach(() => {
    calls = [];
    exporter = {};
});

const list = defineExporter({
    code: 'list',
    name: 'List',
    description: 'Remembers what it was told.',
    category: 'test',
    guarantees: 'None.',
    schema: config({ prefix: field.text('Prefix', 'Stands before each call.').default('>') }),
    examples: [],
    create: async ({ config: { prefix }, context }) => {
        calls.push(`${prefix} create ${context.step}`);
        return {
            write: async (records, position) => {
                calls.push(
                    `write ${records.map(each => each.data['sku'] as string).join('')} at ${JSON.stringify(position)}`,
                );
                return Number(position ?? 0) + records.length;
            },
            finish: async position => void calls.push(`finish ${JSON.stringify(position)}`),
            close: async () => void calls.push('close'),
            ...exporter,
        };
    },
});

async function executor({
    dryRun = false,
    settings = {},
}: { dryRun?: boolean; settings?: Record<string, JsonValue> } = {}) {
    const step = stepSchema.parse({ key: 'write', type: 'EXPORT', config: { adapterCode: 'list', ...settings } });
    const context = {
        files: { prepare: async () => ({ partialPath: '', finalPath: '' }) },
        runId: '1',
        step: 'write',
        signal: new AbortController().signal,
        log: () => undefined,
    };
    const created = new ExportExecutor(step, new AdapterRegistry().register(list), context, dryRun);
    await created.open();
    return created;
}

const recordsOf = (skus: string): PipelineRecord[] =>
    [...skus].map((sku, index) => ({ data: { sku }, origin: { step: 'read', index, line: index + 2 } }));

describe('an EXPORT step', () => {
    it('writes batch after batch behind the one before, and counts', async () => {
        const step = await executor();
        const tally = new Tally();
        const position = await step.write(recordsOf('AB'), undefined, tally);
        expect(await step.write(recordsOf('C'), position, tally)).toBe(3);
        await step.finish(3);
        await step.close();
        expect(calls).toEqual(['> create write', 'write AB at undefined', 'write C at 2', 'finish 3', 'close']);
        expect(tally.of('write')).toMatchObject({ in: 3, out: 3, rejected: 0 });
    });

    it('keeps refused records out and sends them to quarantine with their place', async () => {
        exporter.check = record => {
            if (record.data['sku'] === 'B') return new UserError('not-b', 'B is refused.');
            if (record.data['sku'] === 'X') throw new TypeError('x is undefined');
            return undefined;
        };
        const step = await executor();
        const tally = new Tally();
        expect(await step.write(recordsOf('ABX'), 7, tally)).toBe(8);
        expect(calls.at(-1)).toBe('write A at 7');
        expect(tally.of('write')).toMatchObject({ in: 3, out: 1, rejected: 2 });
        const [refused, broken] = tally.rejects;
        expect(refused!.error).toMatchObject({ code: 'not-b', kind: 'USER', place: { step: 'write', line: 3 } });
        expect(broken!.error).toMatchObject({ code: 'exporter-failed', kind: 'DEFECT' });
    });

    it('does not write a batch of which nothing is left', async () => {
        exporter.check = () => new UserError('none', 'None is wanted.');
        const step = await executor();
        expect(await step.write(recordsOf('AB'), 7, new Tally())).toBe(7);
        expect(await step.write([], undefined, new Tally())).toBeUndefined();
        expect(calls).toEqual(['> create write']);
    });

    it('counts in a dry run and touches nothing', async () => {
        const step = await executor({ dryRun: true });
        const tally = new Tally();
        expect(await step.write(recordsOf('AB'), undefined, tally)).toBeUndefined();
        await step.finish(undefined);
        await step.close();
        expect(calls).toEqual([]);
        expect(tally.of('write')).toMatchObject({ in: 2, out: 2 });
    });

    it('says in which step writing failed, and counts nothing then', async () => {
        exporter.write = async () => {
            throw new Error('The disk is gone.');
        };
        const step = await executor();
        const tally = new Tally();
        const failure = { kind: 'DEFECT', message: 'The disk is gone.', place: { step: 'write' } };
        await expect(step.write(recordsOf('A'), undefined, tally)).rejects.toMatchObject(failure);
        expect(tally.of('write')).toMatchObject({ in: 0, out: 0 });
    });

    it('refuses wrong settings and unknown exporters with a sentence', async () => {
        await expect(executor({ settings: { prefix: 5 } })).rejects.toThrow(
            'The exporter "list" of step "write" is not configured correctly at "prefix"',
        );
        await expect(executor({ settings: { adapterCode: 'lst' } })).rejects.toThrow(
            'There is no exporter with the code "lst".',
        );
    });
});
