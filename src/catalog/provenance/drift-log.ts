import type { CatalogHost } from '../catalog-scope';
import type { PipelineRecord } from '../../sdk/record';
import type { Drift } from './field-policy';

const MAX_LINES = 200;
const MAX_SHOWN = 120;

/** Tells the log of the run what was edited in the shop since the last run. A batch that is tried again is told once. */
export class DriftLog {
    private readonly told = new Set<string>();
    private readonly counts = { kept: 0, overwritten: 0 };
    private lines = 0;

    constructor(
        private readonly host: Pick<CatalogHost, 'run'>,
        /** Whether each value gets a line of its own. */
        private readonly names: boolean,
    ) {}

    note({ origin }: PipelineRecord, drifts: readonly Drift[]): void {
        if (drifts.length === 0) return;
        const record = `${origin.step} ${origin.index}`;
        if (this.told.has(record)) return;
        this.told.add(record);
        for (const drift of drifts) {
            this.counts[drift.isKept ? 'kept' : 'overwritten']++;
            if (this.names && this.lines++ < MAX_LINES) this.host.run?.log('WARN', sentenceOf(drift));
        }
    }

    end(): void {
        const { kept, overwritten } = this.counts;
        if (kept + overwritten === 0) return;
        const unnamed =
            this.names && this.lines > MAX_LINES ? ` ${this.lines - MAX_LINES} of them are not named above.` : '';
        this.host.run?.log(
            'INFO',
            `Edited in the shop since the last run: ${kept + overwritten} values of ${this.told.size} records; ` +
                `${kept} stay, ${overwritten} follow the source.${unnamed}`,
        );
    }
}

function sentenceOf({ entity: { entityType, key, action }, path, shop, source, isKept }: Drift): string {
    const what = `${entityType} "${key}"`;
    const end = isKept ? 'it stays' : 'it follows the source';
    if (path === '') {
        return action === 'CREATE'
            ? `${what} was deleted in the shop although the source still has it: ${end}.`
            : `${what} is in the shop again although the source has it no longer: ${end}.`;
    }
    return `${what}: ${path} was edited in the shop, ${shown(shop)} instead of ${shown(source)}: ${end}.`;
}

function shown(value: unknown): string {
    const text = value === undefined ? 'nothing' : JSON.stringify(value);
    return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
