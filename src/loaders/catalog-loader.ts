import { randomUUID } from 'node:crypto';
import type { CatalogHost, CatalogScope } from '../catalog/catalog-scope';
import { ChangeSetApplier } from '../catalog/apply/change-set-applier';
import { CatalogFollowUps } from '../catalog/follow-ups/catalog-follow-ups';
import type { FollowUpPolicy } from '../catalog/follow-ups/follow-up-policy';
import type { BatchState, Match } from '../catalog/product/batch-state';
import type { CatalogRun } from '../catalog/product/catalog-run';
import { KeyClaims } from '../catalog/provenance/key-claims';
import type { SqlSession } from '../catalog/sql/sql-session';
import type { JsonValue } from '../../shared/json';
import type { ChangeSet } from '../sdk/change-set';
import { Defect, UserError } from '../sdk/errors';
import type { Loader } from '../sdk/loader';
import { Rejected } from '../sdk/outcome';
import type { PipelineRecord } from '../sdk/record';

interface Parts<R> {
    run: CatalogRun;
    policy: FollowUpPolicy;
    keysOf: Loader['keysOf'];
    orderOf?: Loader['orderOf'];
    nameOf: Loader['nameOf'];
    resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<BatchState<R>>;
    compare(record: PipelineRecord, match: Match<R>, state: BatchState<R>): ChangeSet;
}

/** What `resolve` hands on to `compare` and `apply`. */
interface LoaderState<R> {
    batch: BatchState<R>;
    /** Records by what was made of them. */
    records: Map<ChangeSet, PipelineRecord>;
}

/** What the loaders of catalog entities have in common: the applier writes, refusals become rejections. */
export function catalogLoader<R>(host: CatalogHost, parts: Parts<R>): Loader<CatalogScope, LoaderState<R>> {
    const applier = new ChangeSetApplier(host);
    const claims = new KeyClaims(host.run?.id ?? randomUUID());
    const followUps = new CatalogFollowUps(host, parts.policy);
    return {
        keysOf: parts.keysOf,
        orderOf: parts.orderOf,
        nameOf: parts.nameOf,
        resolve: async (records, scope) => ({ batch: await parts.resolve(records, scope.sql), records: new Map() }),
        compare(record, { batch, records }) {
            const match = batch.matches.get(record);
            if (!match) throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
            if (match.problem) return new Rejected(match.problem);
            try {
                const changeSet = parts.compare(record, match, batch);
                records.set(changeSet, record);
                return changeSet;
            } catch (refusal) {
                if (refusal instanceof UserError) return new Rejected(refusal);
                throw refusal;
            }
        },
        async apply(changeSets, { batch, records }, scope) {
            await claims.take(keysOfCreations(changeSets, records, parts), scope.sql);
            try {
                await applier.apply(changeSets, batch.references, scope);
            } catch (error) {
                // What is remembered of facets may be what broke it, such as a value that was deleted meanwhile.
                parts.run.facets.forget();
                throw error;
            }
        },
        afterCommit(changeSets) {
            parts.run.memory.batchCommitted();
            return followUps.batchCommitted(changeSets);
        },
        afterRun: () => followUps.runEnded(),
    };
}

/** What must not be created twice. */
function keysOfCreations<R>(
    changeSets: readonly ChangeSet[],
    records: ReadonlyMap<ChangeSet, PipelineRecord>,
    { keysOf, orderOf }: Parts<R>,
): string[] {
    return changeSets.flatMap(changeSet => {
        const record = records.get(changeSet);
        if (!record || changeSet.entities.every(({ action }) => action !== 'CREATE')) return [];
        return [...keysOf(record.data), ...(orderOf?.(record.data) ?? [])];
    });
}

/** A value of a record as part of a key. */
export function keyText(value: JsonValue): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
