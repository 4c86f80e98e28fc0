import fc from 'fast-check';
import { exportTo, extract, gate, join, load, route, transform } from './test-definitions';

export interface Definition {
    version: 1;
    steps: { key: string; type: string; config: Record<string, unknown>; [option: string]: unknown }[];
    edges: { from: string; to: string; branch?: string; dependencyOnly?: boolean }[];
    hooks: { stage: string; step?: string; action: string; message: string }[];
}

/** Definitions without any problem: lines of steps that split, meet, wait for and read each other. */
export const validDefinitions: fc.Arbitrary<Definition> = fc
    .infiniteStream(fc.nat({ max: 1_000_000 }))
    .map(numbers => new Writer(numbers).write());

class Writer {
    private readonly definition: Definition = { version: 1, steps: [], edges: [], hooks: [] };
    /** Steps of earlier lines whose output may be read: nothing in those can depend on a later line. */
    private readable: string[] = [];

    constructor(private readonly numbers: Iterator<number>) {}

    write(): Definition {
        const lines = 1 + this.below(3);
        for (let i = 0; i < lines; i++) {
            const first = this.definition.steps.length;
            const read = this.add(extract(this.freeKey()));
            if (first > 0 && this.below(2) === 0) {
                const from = this.definition.steps[this.below(first)]!.key;
                this.definition.edges.push({ from, to: read, dependencyOnly: true });
            }
            this.continueLine(read, undefined, 0);
            this.readable = this.definition.steps
                .filter(({ type }) => type !== 'ROUTE' && type !== 'EXPORT')
                .map(({ key }) => key);
        }
        const { steps } = this.definition;
        const hooked = steps.filter(({ type }) => type !== 'GATE')[this.below(steps.length)];
        if (hooked) this.hook({ stage: `AFTER_${hooked.type}`, step: hooked.key });
        else this.hook({ stage: 'PIPELINE_FAILED' });
        // The order of the list means nothing when edges are drawn.
        steps.sort((a, b) => a.key.charCodeAt(1) - b.key.charCodeAt(1) || a.key.localeCompare(b.key));
        return this.definition;
    }

    private continueLine(from: string, branch: string | undefined, depth: number): void {
        let sender = from;
        let ofBranch = branch;
        const next = (step: Definition['steps'][number]): void => {
            this.connect(sender, this.add(step), ofBranch);
            sender = step.key;
            ofBranch = undefined;
        };
        for (let length = this.below(5); length > 0; length--) {
            const other = this.readable[this.below(20)];
            const kinds = [
                () => next(transform(this.freeKey(), this.options())),
                () => next({ ...transform(this.freeKey()), type: 'enrich' }),
                () => next(gate(this.freeKey())),
                () => next(load(this.freeKey(), { ...this.options(), guards: { maxDeleted: 1 } })),
                () => next(other === undefined ? transform(this.freeKey()) : join(this.freeKey(), other)),
            ];
            kinds[this.below(kinds.length)]!();
        }
        if (depth < 2 && this.below(3) === 0) {
            const split = route(this.freeKey(), {});
            next(split);
            this.branchOff(split, depth + 1);
            return;
        }
        if (depth < 2 && this.below(4) === 0) this.continueLine(sender, ofBranch, depth + 1);
        next(this.below(2) === 0 ? load(this.freeKey(), this.options()) : exportTo(this.freeKey()));
    }

    private branchOff(split: ReturnType<typeof route>, depth: number): void {
        for (let i = 1 + this.below(3); i > 0; i--) {
            const name = `branch-${i}`;
            split.config.branches.push({ name, when: { field: 'kind', eq: name } });
            this.continueLine(split.key, name, depth);
        }
        if (this.below(2) === 0) this.continueLine(split.key, undefined, depth);
    }

    /** Along an edge, or by a branch that names its target. */
    private connect(from: string, to: string, branch: string | undefined): void {
        const branches = this.definition.steps.find(({ key }) => key === from)?.config['branches'];
        const named = (branches as { name: string; to?: string }[] | undefined)?.find(({ name }) => name === branch);
        if (named && named.to === undefined && this.below(2) === 0) named.to = to;
        else this.definition.edges.push({ from, to, ...(branch === undefined ? {} : { branch }) });
    }

    private options(): Record<string, unknown> {
        const onError = ['REJECT', 'RETRY', 'SKIP', 'STOP'][this.below(8)];
        return {
            ...(onError ? { onError } : {}),
            ...(onError === 'RETRY' ? { retryPerRecord: { maxRetries: 1 } } : {}),
            ...(this.below(4) === 0 ? { tolerance: { maxRejected: 5 }, timeoutMs: 1000 } : {}),
        };
    }

    private hook(at: { stage: string; step?: string }): void {
        this.definition.hooks.push({ ...at, stage: at.stage.toUpperCase(), action: 'LOG', message: 'Here.' });
    }

    private add(step: Definition['steps'][number]): string {
        this.definition.steps.push(step);
        return step.key;
    }

    private freeKey(): string {
        return `s${this.below(10)}-${this.definition.steps.length}`;
    }

    private below(limit: number): number {
        return limit === 0 ? 0 : (this.numbers.next().value as number) % limit;
    }
}
