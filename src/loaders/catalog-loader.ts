import type { CatalogHost, CatalogScope } from '../catalog/catalog-scope';
import { ChangeSetApplier } from '../catalog/apply/change-set-applier';
import { isSharedType } from '../catalog/apply/descriptions';
import { CatalogFollowUps } from '../catalog/follow-ups/catalog-follow-ups';
import type { FollowUpPolicy } from '../catalog/follow-ups/follow-up-policy';
import type { BatchState, Match } from '../catalog/product/batch-state';
import type { CatalogRun } from '../catalog/product/catalog-run';
import { KeyClaims } from '../catalog/provenance/key-claims';
import type { KnownEntities } from '../catalog/provenance/known-entities';
import { type Decided, Provenance } from '../catalog/provenance/provenance';
import type { RepeatSettings } from '../catalog/provenance/settings';
import type { EntityId, SqlSession } from '../catalog/sql/sql-session';
import type { JsonObject, JsonValue } from '../../shared/json';
import type { ChangeSet } from '../sdk/change-set';
import { asDataHubError, Defect, UserError } from '../sdk/errors';
import type { Loader } from '../sdk/loader';
import { Rejected } from '../sdk/outcome';
import type { PipelineRecord } from '../sdk/record';

type RecordOf<S> = S extends BatchState<infer R> ? R : never;

interface Parts<S extends BatchState<unknown>> {
    run: CatalogRun;
    policy: FollowUpPolicy;
    keysOf: Loader['keysOf'];
    orderOf?: Loader['orderOf'];
    nameOf: Loader['nameOf'];
    resolve: (records: readonly PipelineRecord[], sql: SqlSession, known: KnownEntities) => Promise<S>;
    compare(record: PipelineRecord, match: Match<RecordOf<S>>, state: S): ChangeSet;
    /** For loaders with `repeatedImportFields` among their settings. */
    repeats?: Repeats<S>;
}

interface Repeats<S extends BatchState<unknown>> {
    entityType: string;
    settings: RepeatSettings;
    /** Of the entity that a record was matched with. */
    idOf: (match: Match<RecordOf<S>>, state: S) => EntityId | undefined;
}

const NO_REPEATS: Repeats<BatchState<unknown>> = {
    entityType: '',
    settings: { conflictStrategy: 'SOURCE_WINS', onDrift: 'OVERWRITE', onMissing: 'IGNORE' },
    idOf: () => undefined,
};

/** What `resolve` hands on to `compare` and `apply`. */
interface LoaderState<S> extends Decided<S> {
    /** Records by what was made of them. */
    records: Map<ChangeSet, PipelineRecord>;
}

/** What the loaders of catalog entities have in common: the applier writes, refusals become rejections. */
export function catalogLoader<S extends BatchState<unknown>>(
    host: CatalogHost,
    parts: Parts<S>,
): Loader<CatalogScope, LoaderState<S>> {
    const applier = new ChangeSetApplier(host, parts.run.assetFailures);
    const claims = new KeyClaims(host.run?.id ?? '');
    const followUps = new CatalogFollowUps(host, parts.policy);
    const { entityType, settings, idOf }: Repeats<S> = parts.repeats ?? NO_REPEATS;
    const provenance = new Provenance<S>(host, settings, {
        entityType,
        keysOf: parts.keysOf,
        resolve: parts.resolve,
        decide: (record, batch) => decide(record, batch, parts),
        decideFormer: (record, batch) => parts.run.memory.imagine(() => decide(record, batch, parts)),
        settle: (changeSet, { slugs }) => slugs.release(changeSet),
        idOf: (record, batch) => {
            const match = matchOf(record, batch);
            return match && idOf(match, batch);
        },
    });
    return {
        keysOf(record) {
            const keys = parts.keysOf(record);
            const claims = provenance.claimsOf(record);
            return claims.length === 0 ? keys : [...keys, ...claims];
        },
        orderOf: parts.orderOf,
        nameOf: parts.nameOf,
        resolve: async (records, scope) => ({
            ...(await provenance.resolve(records, scope.sql)),
            records: new Map<ChangeSet, PipelineRecord>(),
        }),
        compare(record, { decisions, records }) {
            const decision = decisions.get(record);
            if (!decision)
                throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
            if (decision instanceof FailedDecision) throw decision.thrown;
            if (!(decision instanceof Rejected)) records.set(decision, record);
            return decision;
        },
        async apply(changeSets, state, scope) {
            const changed = changeSets.map(changeSet => [state.records.get(changeSet)!, changeSet] as const);
            await claims.take(keysOfCreations(changed, parts), scope.sql);
            // Products of several batches, of this run too, may share an option group.
            await claims.take(state.state.contested, scope.sql, batchName(host, changed[0]?.[0]));
            try {
                await applier.apply(changeSets, state.state.references, scope);
            } catch (error) {
                // What is remembered of facets may be what broke it, such as a value that was deleted meanwhile.
                parts.run.forgetFacets();
                throw error;
            }
            await provenance.remember(changed, state, scope.sql);
        },
        afterCommit(changeSets) {
            parts.run.memory.batchCommitted();
            return followUps.batchCommitted(changeSets);
        },
        afterRun() {
            provenance.runEnded();
            return followUps.runEnded();
        },
    };
}

function matchOf<S extends BatchState<unknown>>(record: PipelineRecord, batch: S): Match<RecordOf<S>> | undefined {
    return batch.matches.get(record) as Match<RecordOf<S>> | undefined;
}

function decide<S extends BatchState<unknown>>(
    record: PipelineRecord,
    batch: S,
    parts: Parts<S>,
): ChangeSet | Rejected {
    const match = matchOf(record, batch);
    if (!match) throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
    if (match.problem) return new Rejected(match.problem);
    try {
        return parts.compare(record, match, batch);
    } catch (thrown) {
        return thrown instanceof UserError ? new Rejected(thrown) : new FailedDecision(thrown);
    }
}

/** Deciding happens while reading; what went wrong is thrown where the engine asks for the decision. */
class FailedDecision extends Rejected {
    constructor(readonly thrown: unknown) {
        super(asDataHubError(thrown));
    }
}

/** What must not be created twice: all keys of a new record, of others those of the parts that are new to it. */
function keysOfCreations<S extends BatchState<unknown>>(
    changed: readonly (readonly [PipelineRecord, ChangeSet])[],
    { keysOf, orderOf }: Parts<S>,
): string[] {
    return changed.flatMap(([{ data }, { action, entities }]) => {
        if (action === 'CREATE') return [...keysOf(data), ...(orderOf?.(data) ?? [])];
        const parts = entities.filter(entity => entity.action === 'CREATE' && !isSharedType(entity.entityType));
        if (parts.length === 0) return NO_KEYS;
        const names = new Set(parts.flatMap(({ fields }) => fields.map(({ after }) => after)));
        return keysOf(data).filter(key => names.has(key.slice(key.indexOf(':') + 1)));
    });
}

const NO_KEYS: readonly string[] = [];
const MAX_BATCH_NAME = 80;

/** The same when the batch is tried again. */
function batchName({ run }: CatalogHost, first: PipelineRecord | undefined): string {
    const { index, step } = first?.origin ?? { index: 0, step: '' };
    return `${run?.id ?? ''}/${index}/${step}`.slice(0, MAX_BATCH_NAME);
}

/** A value of a record as part of a key. */
export function keyText(value: JsonValue): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a record in a column `customFields.<name>`, as part of a key; undefined where there is none. */
export function customFieldKey({ customFields }: JsonObject, column: string): string | undefined {
    return filledKeyText((customFields as JsonObject | undefined)?.[column.slice('customFields.'.length)]);
}

/** Nothing that is missing or empty tells a record from others. */
export function filledKeyText(value: JsonValue | undefined): string | undefined {
    return value === undefined || value === null || value === '' ? undefined : keyText(value);
}
