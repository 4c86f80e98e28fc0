import type { StepDefinition } from '../../sdk/definition/definition';
import { DataHubError, TransientError } from '../../sdk/errors';
import { DirectLoader, isDirect, Loader } from '../../sdk/loader';
import { Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import type { ChangeSet } from '../../sdk/change-set';
import { adapterError } from '../batch/adapter-error';
import { bisect, Failure } from '../batch/bisect';
import type { Tally } from '../batch/tally';
import { JournaledChangeSet, LeaseLostError, UnitOfWork } from '../ports';
import { nameOf } from './record-name';

/** What one LOAD step made of its part of a batch. */
interface Loaded {
    changeSets: JournaledChangeSet[];
    refused: Set<PipelineRecord>;
    /** True when repeating the batch would not simply find everything unchanged. */
    mustPersist: boolean;
}

/** Runs one LOAD step inside an open transaction. Holds nothing between batches, so batches may run at once. */
export class LoadExecutor<Scope> {
    constructor(
        private readonly step: StepDefinition,
        readonly code: string,
        readonly loader: Loader<Scope> | DirectLoader<Scope>,
        private readonly units: UnitOfWork<Scope>,
        private readonly dryRun: boolean,
    ) {}

    get key(): string {
        return this.step.key;
    }

    /** Throws only what concerns the whole transaction; a record that cannot be loaded is counted and kept as a reject. */
    async load(records: readonly PipelineRecord[], scope: Scope, tally: Tally): Promise<Loaded> {
        const loaded: Loaded = { changeSets: [], refused: new Set(), mustPersist: false };
        const write = isDirect(this.loader) ? this.writeDirectly(this.loader) : this.decideAndApply(this.loader);
        const refuse = (record: PipelineRecord, error: DataHubError): void => {
            loaded.refused.add(record);
            tally.reject(this.key, record, error, nameOf(this.loader, record.data));
        };
        await bisect(
            records,
            part => this.guarded(scope, async () => this.count(await write(part, scope), loaded, refuse, tally)),
            (record, failure) => refuse(record, adapterError('loader', this.code, failure.thrown)),
        );
        tally.of(this.key).out += records.length - loaded.refused.size;
        return loaded;
    }

    /**
     * Runs `work` under a savepoint. A failure of the loader is returned, so that the part can be split; one that
     * concerns the transaction or the database connection itself is thrown on.
     */
    private async guarded(scope: Scope, work: () => Promise<() => void>): Promise<Failure | undefined> {
        let failedInside = false;
        let accept: () => void;
        try {
            accept = await this.units.savepoint(scope, async () => {
                try {
                    return await work();
                } catch (thrown) {
                    failedInside = true;
                    throw thrown;
                }
            });
        } catch (thrown) {
            if (!failedInside || thrown instanceof TransientError || thrown instanceof LeaseLostError) throw thrown;
            return { thrown };
        }
        accept();
        return undefined;
    }

    private decideAndApply(loader: Loader<Scope>) {
        return async (records: readonly PipelineRecord[], scope: Scope): Promise<Part> => {
            const state = await loader.resolve(records, scope);
            const part: Part = {
                journal: [],
                refused: [],
                created: 0,
                updated: 0,
                unchanged: 0,
                deleted: 0,
                direct: false,
            };
            const changes: ChangeSet[] = [];
            for (const record of records) {
                const decision = decide(this.code, loader, record, state);
                if (decision instanceof Rejected) {
                    part.refused.push([record, decision.error]);
                    continue;
                }
                part[COUNTER[decision.action]]++;
                if (decision.action === 'UNCHANGED') continue;
                changes.push(decision);
                part.journal.push({ step: this.key, origin: record.origin, changeSet: decision });
            }
            if (changes.length > 0 && !this.dryRun) await loader.apply(changes, state, scope);
            return part;
        };
    }

    private writeDirectly(loader: DirectLoader<Scope>) {
        return async (records: readonly PipelineRecord[], scope: Scope): Promise<Part> => {
            const none = { created: 0, updated: 0, unchanged: 0, rejected: [] };
            const { rejected, ...counts } = this.dryRun ? none : await loader.load(records, scope);
            const refused = rejected.map(one => [one.record, one.rejected.error] as [PipelineRecord, DataHubError]);
            return { ...counts, deleted: 0, journal: [], refused, direct: true };
        };
    }

    /** Nothing is counted before the savepoint has been released. */
    private count(
        part: Part,
        loaded: Loaded,
        refuse: (record: PipelineRecord, error: DataHubError) => void,
        tally: Tally,
    ): () => void {
        return () => {
            const counts = tally.of(this.key);
            for (const name of Object.values(COUNTER)) counts[name] += part[name];
            for (const [record, error] of part.refused) refuse(record, error);
            for (const entry of part.journal) loaded.changeSets.push(entry);
            if (part.direct || part.journal.length > 0) loaded.mustPersist = true;
        };
    }
}

const COUNTER = { CREATE: 'created', UPDATE: 'updated', UNCHANGED: 'unchanged', DELETE: 'deleted' } as const;

/** Outcome of one attempt, before it is known whether it stands. */
interface Part extends Record<(typeof COUNTER)[keyof typeof COUNTER], number> {
    journal: JournaledChangeSet[];
    refused: [PipelineRecord, DataHubError][];
    direct: boolean;
}

/** Deciding touches no database, so a throw concerns this record alone. */
function decide<Scope>(
    code: string,
    loader: Loader<Scope>,
    record: PipelineRecord,
    state: unknown,
): ChangeSet | Rejected {
    try {
        return loader.compare(record, state);
    } catch (thrown) {
        return new Rejected(adapterError('loader', code, thrown));
    }
}
