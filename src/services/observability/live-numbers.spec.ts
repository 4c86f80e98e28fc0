import { describe, expect, it } from 'vitest';
import type { RunMetrics } from '../../../shared/run';
import { emptyCounts } from '../../runtime/batch/metrics';
import { LiveRates } from './live-numbers';

const counted = (read: number, bytes?: [read: number, total: number]): RunMetrics => ({
    steps: { read: { ...emptyCounts(), in: read }, write: { ...emptyCounts(), in: read / 2 } },
    ...(bytes ? { bytesRead: bytes[0], bytesTotal: bytes[1] } : {}),
});
const sources = new Set(['read']);

describe('the live rate of a run', () => {
    it('is unknown in the first second', () => {
        let nowMs = 0;
        const rates = new LiveRates(() => nowMs);
        rates.add(counted(0));
        nowMs = 900;
        expect(rates.rates(counted(90), sources)).toEqual({ recordsPerSecond: null, etaSeconds: null, steps: {} });
    });

    it('is that of the last ten seconds, not of the whole run', () => {
        let nowMs = 0;
        const rates = new LiveRates(() => nowMs);
        for (let second = 0; second <= 60; second++) {
            nowMs = second * 1_000;
            // A hundred a second at first, ten a second from the half minute on.
            rates.add(counted(second <= 30 ? second * 100 : 3_000 + (second - 30) * 10));
        }
        expect(rates.rates(counted(3_300), sources)).toMatchObject({
            recordsPerSecond: 10,
            steps: { read: 10, write: 5 },
        });
    });

    it('tells when the source will be read to its end', () => {
        let nowMs = 0;
        const rates = new LiveRates(() => nowMs);
        rates.add(counted(0, [0, 10_000]));
        nowMs = 2_000;
        expect(rates.rates(counted(10, [2_500, 10_000]), sources).etaSeconds).toBe(6);
        expect(rates.rates(counted(10), sources).etaSeconds).toBeNull();
        expect(rates.rates(counted(10, [0, 10_000]), sources).etaSeconds).toBeNull();
    });
});
