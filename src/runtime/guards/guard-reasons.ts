import type { GuardCounts } from '../../../shared/run';
import type { Guards } from '../../sdk/definition/guards';

/**
 * Why somebody has to look before the step loads: a sentence for each limit that the plan goes beyond, none when it keeps
 * to all of them. A limit itself is still kept to.
 *
 * @param previous what reached the step in the last completed run; without one, nothing can be fewer
 */
export function guardReasons(counts: GuardCounts, guards: Guards, previous?: { records: number }): string[] {
    const reasons: string[] = [];
    const { records } = counts;

    const share = (part: number, whole: number, max: number | undefined, tell: (share: string) => string) => {
        if (max === undefined || part === 0 || part * 100 <= whole * max) return;
        reasons.push(`${tell(percent((part / Math.max(whole, 1)) * 100, max))}; the limit is ${percent(max)}.`);
    };
    const most = (found: number, max: number | undefined, what: (many: boolean) => string) => {
        if (max !== undefined && found > max) reasons.push(`${found} ${what(found !== 1)}; the limit is ${max}.`);
    };

    const ofRecords = (part: number) => `${part} of ${records} ${records === 1 ? 'record' : 'records'}`;
    share(
        counts.changed,
        records,
        guards.maxChangedPercent,
        found => `${ofRecords(counts.changed)} (${found}) would change something`,
    );
    share(
        counts.rejected,
        records,
        guards.maxRejectedPercent,
        found => `${ofRecords(counts.rejected)} (${found}) would be refused`,
    );
    if (guards.maxPriceChangePercent !== undefined) {
        const limit = percent(guards.maxPriceChangePercent);
        const { priceJumps, prices } = counts;
        share(
            priceJumps,
            prices,
            guards.maxPriceJumpsPercent,
            found =>
                `${priceJumps} of ${prices} ${prices === 1 ? 'price' : 'prices'} (${found}) would change by more than ${limit}`,
        );
    }
    most(counts.disabled, guards.maxDisabled, many => `${many ? 'entities' : 'entity'} would be disabled`);
    most(counts.deleted, guards.maxDeleted, many => `${many ? 'entities' : 'entity'} would be deleted`);
    most(
        counts.stockToZero,
        guards.maxStockToZero,
        many => `${many ? 'variants' : 'variant'} would fall to a stock of zero`,
    );
    const before = previous?.records ?? 0;
    share(
        before - Math.min(before, records),
        before,
        guards.maxFewerRecordsPercent,
        found =>
            `Only ${records} ${records === 1 ? 'record reaches' : 'records reach'} the step, ` +
            `${found} fewer than the ${before} of the last completed run`,
    );
    return reasons;
}

/** With two decimals, or as many more as it takes to be told from the limit that it is beyond. */
function percent(value: number, limit = Number.NEGATIVE_INFINITY): string {
    let decimals = 2;
    while (decimals < 10 && Number(value.toFixed(decimals)) <= limit) decimals++;
    return `${Number(value.toFixed(decimals))} %`;
}
