import { describe, expect, it } from 'vitest';
import { exportTo, extract, findings, gate, load, problemsOf, transform } from '../testing/test-definitions';

const around = (step: object): string[] => findings([extract('read'), step, load('write')]);
const withOptions = (options: object): string[] => around({ ...transform('shape'), ...options });

describe('a GATE', () => {
    it.each([
        [{ approvalType: 'MANUAL' }],
        [{ approvalType: 'MANUAL', notifyWebhook: 'https://chat/x', notifyEmail: 'shop@example.com', previewCount: 0 }],
        [{ approvalType: 'THRESHOLD', errorThresholdPercent: 0 }],
        [{ approvalType: 'TIMEOUT', timeoutSeconds: 60, onTimeout: 'REJECT' }],
    ])('takes %j', settings => {
        expect(around(gate('wait', settings))).toEqual([]);
    });

    it('needs what its type needs', () => {
        expect(around(gate('wait', { approvalType: 'TIMEOUT' }))).toEqual([
            'ERROR $.steps[1].config.timeoutSeconds: A gate of type TIMEOUT needs "timeoutSeconds".',
            'ERROR $.steps[1].config.onTimeout: A gate of type TIMEOUT needs "onTimeout".',
        ]);
        expect(around(gate('wait', { approvalType: 'THRESHOLD' }))).toEqual([
            'ERROR $.steps[1].config.errorThresholdPercent: A gate of type THRESHOLD needs "errorThresholdPercent".',
        ]);
        const problems = problemsOf({ version: 1, steps: [gate('wait', { approvalType: 'TIMEOUT' })] });
        expect(problems.find(({ path }) => path.endsWith('onTimeout'))?.hint).toBe(
            'What happens when nobody decided in time.',
        );
    });

    it('warns of what its type does not look at', () => {
        const settings = { approvalType: 'MANUAL', timeoutSeconds: 5, errorThresholdPercent: 1 };
        expect(around(gate('wait', settings))).toEqual([
            'WARNING $.steps[1].config.errorThresholdPercent: A gate of type MANUAL does not look at "errorThresholdPercent".',
            'WARNING $.steps[1].config.timeoutSeconds: A gate of type MANUAL does not look at "timeoutSeconds".',
        ]);
    });

    it('notifies addresses that are some', () => {
        const settings = { approvalType: 'MANUAL', notifyWebhook: 'chat/x', notifyEmail: 'shop' };
        expect(around(gate('wait', settings))).toEqual([
            'ERROR $.steps[1].config.notifyWebhook: "chat/x" is not an address that can be called.',
            'ERROR $.steps[1].config.notifyEmail: "shop" is not an e-mail address.',
        ]);
    });

    it('says what else is wrong', () => {
        expect(around(gate('wait', {}))[0]).toBe('ERROR $.steps[1].config.approvalType: "approvalType" is required.');
        expect(
            around(gate('wait', { approvalType: 'MANUEL', previewCount: 101 })).map(each => each.split(':')[0]),
        ).toEqual(['ERROR $.steps[1].config.approvalType', 'ERROR $.steps[1].config.previewCount']);
    });
});

describe('an EXPORT', () => {
    it('runs an exporter with its settings', () => {
        expect(around(exportTo('file'))).toEqual([]);
        expect(around({ ...exportTo('file'), config: { adapterCode: 'jsonLins' } })).toEqual([
            'ERROR $.steps[1].config.adapterCode: There is no exporter with the code "jsonLins".',
        ]);
        expect(around({ ...exportTo('file'), config: { adapterCode: 'jsonLines', pth: 'x' } })).toEqual([
            'ERROR $.steps[1].config.path: "path" is required.',
            'ERROR $.steps[1].config.pth: "pth" is not known here.',
        ]);
        expect(around({ ...exportTo('file'), config: { adapterCode: 'goods' } })).toEqual([
            'ERROR $.steps[1].config.adapterCode: There is no exporter with the code "goods".',
        ]);
    });
});

describe('operators that need all records', () => {
    const meet = { op: 'meet', args: {} };
    const withOperators = (...operators: object[]) => around(transform('shape', { config: { operators } }));

    it('stand in TRANSFORM and ENRICH, as many as are wanted', () => {
        expect(withOperators(meet, { op: 'trim' }, meet)).toEqual([]);
        expect(around({ key: 'more', type: 'ENRICH', config: { operators: [meet] } })).toEqual([]);
    });

    it.each([
        ['each', { path: 'variants', operators: [meet] }, 'operators[0].op'],
        ['when', { if: { field: 'a', eq: 1 }, then: [{ op: 'trim' }], else: [{ op: 'trim' }, meet] }, 'else[1].op'],
        ['when', { if: { field: 'a', eq: 1 }, then: [{ op: 'drop' }, meet] }, 'then[1].op'],
    ])('do not stand inside "%s"', (op, args, at) => {
        expect(withOperators({ op, args })).toEqual([
            `ERROR $.steps[1].config.operators[0].args.${at}: "meet" needs all records of the run, so it cannot stand inside another operator.`,
        ]);
    });
});

describe('what stands beside the settings of a step', () => {
    it('may be nothing to complain of', () => {
        const options = {
            disabled: true,
            onError: 'RETRY',
            retryPerRecord: { maxRetries: 2, backoff: 'EXPONENTIAL', retryableErrors: ['timeout'] },
            tolerance: { maxRejectedPercent: 5 },
            timeoutMs: 60_000,
        };
        expect(withOptions(options)).toEqual([]);
        expect(findings([extract('read'), load('write', { guards: { maxDeleted: 0 } })])).toEqual([]);
    });

    it('is checked by the schema', () => {
        const options = { disabled: 'yes', onError: 'IGNORE', retryPerRecord: { retries: 3 }, timeoutMs: 0 };
        expect(withOptions(options).map(each => each.split(':')[0])).toEqual([
            'ERROR $.steps[1].disabled',
            'ERROR $.steps[1].onError',
            'ERROR $.steps[1].retryPerRecord.retries',
            'ERROR $.steps[1].timeoutMs',
            'WARNING $.steps[1].retryPerRecord',
        ]);
    });

    it('does not disable a ROUTE', () => {
        const branches = [{ name: 'x', when: { field: 'a', eq: 1 }, to: 'write' }];
        expect(around({ key: 'split', type: 'ROUTE', disabled: true, config: { branches } })).toEqual([
            'ERROR $.steps[1].disabled: "split" is a ROUTE and cannot be disabled: its records would not know where to go.',
        ]);
    });

    it('retries only what is worth it', () => {
        expect(withOptions({ retryPerRecord: { maxRetries: 2 } })).toEqual([
            'WARNING $.steps[1].retryPerRecord: "retryPerRecord" has no effect without "onError": "RETRY".',
        ]);
        const rules = [{ field: 'sku', required: true }];
        expect(around({ key: 'check', type: 'VALIDATE', onError: 'RETRY', config: { rules } })).toEqual([
            'WARNING $.steps[1].onError: RETRY has no use at "check": a record that breaks a rule breaks it again.',
        ]);
        expect(findings([extract('read', { onError: 'RETRY' }), load('write')])[0]).toContain(
            'RETRY has no use at "read"',
        );
    });

    it('has no effect on steps that refuse nothing', () => {
        const options = { onError: 'SKIP', tolerance: { maxRejected: 1 }, timeoutMs: 5 };
        expect(around({ ...gate('wait'), ...options })).toEqual([
            'WARNING $.steps[1].onError: "wait" is of type GATE and never refuses a record, so "onError" has no effect.',
            'WARNING $.steps[1].tolerance: "wait" is of type GATE and never refuses a record, so "tolerance" has no effect.',
            'WARNING $.steps[1].timeoutMs: "timeoutMs" has no effect on "wait", a GATE step.',
        ]);
    });

    it('tolerates up to a limit', () => {
        expect(withOptions({ tolerance: { minRecords: 10 } })).toEqual([
            'WARNING $.steps[1].tolerance: The tolerance has no limit, so it stops nothing.',
        ]);
        const context = { errorHandling: { tolerance: {} } };
        expect(findings([extract('read'), load('write')], undefined, { context })).toEqual([
            'WARNING $.context.errorHandling.tolerance: The tolerance has no limit, so it stops nothing.',
        ]);
    });

    it('guards LOAD steps whose changes can be planned', () => {
        expect(withOptions({ guards: { maxDeleted: 1 } })).toEqual([
            'ERROR $.steps[1].guards: "shape" is of type TRANSFORM; only a LOAD can be guarded.',
        ]);
        const guarded = (guards: object, adapterCode = 'goods') =>
            findings([extract('read'), load('write', { guards, config: { adapterCode } })]);
        expect(guarded({ maxDeleted: 1 }, 'plain')).toEqual([
            'WARNING $.steps[1].guards: The loader "plain" has no plan, so guards cannot see what it would change.',
        ]);
        expect(guarded({})).toEqual(['WARNING $.steps[1].guards: The guards have no limit, so they open no gate.']);
        expect(guarded({ maxPriceJumpsPercent: 5, maxDeleted: 1 })).toEqual([
            'WARNING $.steps[1].guards.maxPriceJumpsPercent: "maxPriceJumpsPercent" has no effect without "maxPriceChangePercent", which says what a jump is.',
        ]);
        expect(guarded({ maxPriceChangePercent: 30, maxPriceJumpsPercent: 5 })).toEqual([]);
    });
});
