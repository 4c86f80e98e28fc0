import type { CatalogHost, CatalogScope } from '../catalog/catalog-scope';
import { ChangeSetApplier } from '../catalog/apply/change-set-applier';
import { CatalogFollowUps } from '../catalog/follow-ups/catalog-follow-ups';
import type { FollowUpPolicy } from '../catalog/follow-ups/follow-up-policy';
import type { BatchState, Match } from '../catalog/product/batch-state';
import type { CatalogRun } from '../catalog/product/catalog-run';
import type { SqlSession } from '../catalog/sql/sql-session';
import type { JsonValue } from '../../shared/json';
import type { ChangeSet } from '../sdk/change-set';
import { Defect, UserError } from '../sdk/errors';
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
    resolve(records: readonly PipelineRecord[], sql: SqlSession): Promise<S>;
    compare(record: PipelineRecord, match: Match<RecordOf<S>>, state: S): ChangeSet;
}

/** What the loaders of catalog entities have in common: the applier writes, refusals become rejections. */
export function catalogLoader<S extends BatchState<unknown>>(
    host: CatalogHost,
    parts: Parts<S>,
): Loader<CatalogScope, S> {
    const applier = new ChangeSetApplier(host);
    const followUps = new CatalogFollowUps(host, parts.policy);
    return {
        keysOf: parts.keysOf,
        orderOf: parts.orderOf,
        nameOf: parts.nameOf,
        resolve: (records, scope) => parts.resolve(records, scope.sql),
        compare(record, state) {
            const match = state.matches.get(record) as Match<RecordOf<S>> | undefined;
            if (!match) throw new Defect('record-not-resolved', 'A record is compared that was not resolved before.');
            if (match.problem) return new Rejected(match.problem);
            try {
                return parts.compare(record, match, state);
            } catch (refusal) {
                if (refusal instanceof UserError) return new Rejected(refusal);
                throw refusal;
            }
        },
        async apply(changeSets, state, scope) {
            try {
                await applier.apply(changeSets, state.references, scope);
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

/** A value of a record as part of a key. */
export function keyText(value: JsonValue): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
