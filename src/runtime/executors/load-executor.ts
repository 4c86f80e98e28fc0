import type { StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError, DataHubError, TransientError } from '../../sdk/errors';
import { DecideAgain, DirectLoader, isDirect, Loader, LoadPlace } from '../../sdk/loader';
import { Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import type { ChangeAction, ChangeSet } from '../../sdk/change-set';
import { adapterError } from '../batch/adapter-error';
import { bisect, Failure } from '../batch/bisect';
import { located } from '../batch/located-error';
import type { Tally } from '../batch/tally';
import { WriteTime } from '../errors/write-time';
import type { StepRetries } from '../errors/step-retries';
import { TimeoutError } from '../errors/timeout-error';
import { JournaledChangeSet, LeaseLostError, PlanCheck, UnitOfWork } from '../ports';
import { nameOf } from './record-name';

/** Of one part of a batch, see {@link DecideAgain}. */
const MAX_DECISIONS = 4;

/** What one LOAD step made of its part of a batch. */
interface Loaded {
    changeSets: JournaledChangeSet[];
    refused: Set<PipelineRecord>;
    /** True when repeating the batch would not simply find everything unchanged. */
    mustPersist: boolean;
}

export interface LoadSupervision<Scope = unknown> {
    /** What it does not hold is refused before it is written. */
    plan?: PlanCheck<Scope>;
    /** See {@link WriteTime}. */
    signal?: AbortSignal;
    retries?: StepRetries;
    graceMs?: number;
}

/** Runs one LOAD step inside an open transaction. Holds nothing between batches, so batches may run at once. */
export class LoadExecutor<Scope> {
    constructor(
        private readonly step: StepDefinition,
        readonly code: string,
        readonly loader: Loader<Scope> | DirectLoader<Scope>,
        private readonly units: UnitOfWork<Scope>,
        private readonly dryRun: boolean,
        private readonly supervision: LoadSupervision<Scope> = {},
    ) {}

    get key(): string {
        return this.step.key;
    }

    /**
     * Throws only what concerns the whole transaction or ends the run; a record that cannot be loaded is counted and kept as
     * a reject. Records that are worth another attempt get it together after all others, at once and in the same
     * transaction: a pause would hold locks while nothing happens.
     */
    async load(records: readonly PipelineRecord[], scope: Scope, tally: Tally, batch: string): Promise<Loaded> {
        const loaded: Loaded = { changeSets: [], refused: new Set(), mustPersist: false };
        const time = new WriteTime(this.step, this.supervision.signal, this.supervision.graceMs);
        const refuse = (record: PipelineRecord, error: DataHubError): void => {
            loaded.refused.add(record);
            tally.reject(this.key, record, error, nameOf(this.loader, record.data));
        };
        const place = this.placeOf(batch, records);
        let left = records;
        for (let attempt = 1; left.length > 0; attempt++) {
            const again: PipelineRecord[] = [];
            await this.pass(left, scope, loaded, tally, time, place, (record, error) => {
                if (this.supervision.retries?.admits(record, error, attempt)) again.push(record);
                else refuse(record, error);
            });
            left = again;
        }
        tally.of(this.key).out += records.length - loaded.refused.size;
        return loaded;
    }

    /** Once all batches of the step have settled; safe to repeat after a crash. */
    async finish(): Promise<void> {
        if (this.dryRun || !isDirect(this.loader)) return;
        try {
            await this.loader.finish?.(this.key);
        } catch (thrown) {
            throw located(asDataHubError(thrown), { step: this.key });
        }
    }

    /** Loads what can be loaded and calls `refuse` for every other record. */
    private async pass(
        records: readonly PipelineRecord[],
        scope: Scope,
        loaded: Loaded,
        tally: Tally,
        time: WriteTime,
        place: LoadPlace,
        refuse: (record: PipelineRecord, error: DataHubError) => void,
    ): Promise<void> {
        const write = isDirect(this.loader)
            ? this.writeDirectly(this.loader, time, place)
            : this.decideAndApply(this.loader, time);
        await bisect(
            records,
            part => this.guarded(scope, async () => this.count(await write(part, scope), loaded, refuse, tally)),
            (record, failure) => refuse(record, adapterError('loader', this.code, failure.thrown)),
        );
    }

    /**
     * Runs `work` under a savepoint. A failure of the loader is returned, so that the part can be split; one that
     * concerns the transaction or the database connection itself is thrown on.
     */
    private async guarded(scope: Scope, work: () => Promise<() => void>, decisions = 1): Promise<Failure | undefined> {
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
            if (!failedInside || concernsAll(thrown)) throw thrown;
            if (!(thrown instanceof DecideAgain)) return { thrown };
            return decisions < MAX_DECISIONS ? this.guarded(scope, work, decisions + 1) : { thrown: thrown.cause };
        }
        accept();
        return undefined;
    }

    private decideAndApply(loader: Loader<Scope>, time: WriteTime) {
        return async (records: readonly PipelineRecord[], scope: Scope): Promise<Part> => {
            const state = await time.call(() => loader.resolve(records, scope));
            const part: Part = {
                journal: [],
                refused: [],
                refusedParts: [],
                created: 0,
                updated: 0,
                unchanged: 0,
                deleted: 0,
                direct: false,
            };
            const decided: [PipelineRecord, ChangeSet][] = [];
            for (const record of records) {
                const decision = decide(this.code, loader, record, state);
                if (decision instanceof Rejected) {
                    part.refused.push([record, decision.error]);
                    continue;
                }
                const parts = decision.refusedParts ?? [];
                for (const error of parts) part.refusedParts.push([record, error]);
                // A record of which nothing is left but refusals is refused, not unchanged.
                if (decision.action !== 'UNCHANGED') decided.push([record, decision]);
                else if (parts.length === 0) {
                    part.unchanged++;
                    if (decision.drifts?.length)
                        part.journal.push({ step: this.key, origin: record.origin, changeSet: decision });
                }
            }
            const outdated = await this.outdated(decided, scope, time);
            const changes: ChangeSet[] = [];
            for (const [record, changeSet] of decided) {
                const error = outdated.get(changeSet);
                if (error) {
                    part.refused.push([record, error]);
                    continue;
                }
                changes.push(changeSet);
                part.journal.push({ step: this.key, origin: record.origin, changeSet });
            }
            if (changes.length > 0 && !this.dryRun) await time.call(() => loader.apply(changes, state, scope));
            for (const changeSet of changes) part[COUNTER[outcomeOf(changeSet)]]++;
            return part;
        };
    }

    private async outdated(
        decided: readonly (readonly [PipelineRecord, ChangeSet])[],
        scope: Scope,
        time: WriteTime,
    ): Promise<ReadonlyMap<ChangeSet, DataHubError>> {
        const { plan } = this.supervision;
        if (!plan || decided.length === 0) return new Map();
        const changeSets = decided.map(([, changeSet]) => changeSet);
        return time.call(() => plan.outdated(this.key, changeSets, scope));
    }

    private placeOf(batch: string, records: readonly PipelineRecord[]): LoadPlace {
        let positions: Map<PipelineRecord, number> | undefined;
        return {
            step: this.key,
            batch,
            positionOf(record) {
                positions ??= new Map(records.map((each, position) => [each, position]));
                return positions.get(record)!;
            },
        };
    }

    private writeDirectly(loader: DirectLoader<Scope>, time: WriteTime, place: LoadPlace) {
        return async (records: readonly PipelineRecord[], scope: Scope): Promise<Part> => {
            const none = { created: 0, updated: 0, unchanged: 0, rejected: [] };
            const act = this.dryRun ? loader.plan?.bind(loader) : loader.load.bind(loader);
            const { rejected, ...counts } = act ? await time.call(() => act(records, scope, place)) : none;
            const refused = rejected.map(one => [one.record, one.rejected.error] as [PipelineRecord, DataHubError]);
            return { ...counts, deleted: 0, journal: [], refused, refusedParts: [], direct: true };
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
            for (const [record, error] of part.refusedParts) {
                tally.reject(this.key, record, error, nameOf(this.loader, record.data));
            }
            for (const entry of part.journal) loaded.changeSets.push(entry);
            if (part.direct || part.journal.length > 0) loaded.mustPersist = true;
        };
    }
}

/** Somebody else may have created all that it was to create: then nothing was written, and the ledger has no row of it. */
function outcomeOf({ action, entities }: ChangeSet): ChangeAction {
    return entities.length > 0 && entities.every(entity => entity.action === 'UNCHANGED') ? 'UNCHANGED' : action;
}

const COUNTER = { CREATE: 'created', UPDATE: 'updated', UNCHANGED: 'unchanged', DELETE: 'deleted' } as const;

/** Outcome of one attempt, before it is known whether it stands. */
interface Part extends Record<(typeof COUNTER)[keyof typeof COUNTER], number> {
    journal: JournaledChangeSet[];
    refused: [PipelineRecord, DataHubError][];
    /** Of records that are written otherwise. */
    refusedParts: [PipelineRecord, DataHubError][];
    direct: boolean;
}

/** The transaction, the connection or the run: no part of the batch can go on. */
function concernsAll(thrown: unknown): boolean {
    return thrown instanceof TransientError || thrown instanceof LeaseLostError || thrown instanceof TimeoutError;
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
