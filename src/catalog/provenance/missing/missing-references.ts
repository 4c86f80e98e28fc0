import { Brackets, type DataSource, type Repository, type SelectQueryBuilder } from 'typeorm';
import { DataHubReference } from '../../../entities/data-hub-reference.entity';
import type { CatalogHost } from '../../catalog-scope';
import { shownReferenceId } from '../../reference-id';

/** Whose records are looked for. */
export interface SourceOfRun {
    source: string;
    entityType: string;
    runId: string;
    /** Of a dry run, which leaves no marks. */
    seen?: Seen;
}

/** What a dry run has met, by id. */
export interface Seen {
    references: Set<string>;
    /** Under ids that are new. */
    entities: Set<string>;
}

export interface MissingReference {
    referenceId: string;
    entityId: string;
    externalId: string;
    /** This run has disabled or deleted the entity. */
    isDone: boolean;
}

const ROWS_PER_PAGE = 500;
const GONE = 'gone:';

/** What `lastSeenRun` says once a run has dealt with a record that came no more: later runs leave it alone until it returns. */
export function goneSince(runId: string): string {
    return GONE + runId;
}

export function isGone(lastSeenRun: string | null): boolean {
    return lastSeenRun?.startsWith(GONE) ?? false;
}

export function sourceOfRun(
    { source, entityType }: Pick<SourceOfRun, 'source' | 'entityType'>,
    { run, dryRun }: Pick<CatalogHost, 'run' | 'dryRun'>,
): SourceOfRun {
    const of = { source, entityType, runId: run?.id ?? '' };
    if (!dryRun) return of;
    return { ...of, seen: run?.seen?.get(`${source} ${entityType}`) ?? { references: new Set(), entities: new Set() } };
}

/**
 * What the source had before and has no longer. What this run itself has dealt with already stays in the list, so that a
 * run that goes on after a crash reads the same again.
 */
export class MissingReferences {
    private readonly references: Repository<DataHubReference>;

    constructor(
        database: DataSource,
        private readonly of: SourceOfRun,
    ) {
        this.references = database.getRepository(DataHubReference);
    }

    async counts(): Promise<{ known: number; missing: number }> {
        const known = await this.known().getCount();
        const { seen } = this.of;
        return { known, missing: seen ? known - seen.references.size : await this.missing().getCount() };
    }

    /** In the order of their ids, page by page. */
    async *pages(): AsyncGenerator<MissingReference[], void, undefined> {
        for (let after: DataHubReference['id'] | undefined; ;) {
            const query = this.missing().orderBy('reference.id').limit(ROWS_PER_PAGE);
            if (after !== undefined) query.andWhere('reference.id > :after', { after });
            const rows = await query.getMany();
            const missing = rows.filter(({ id }) => !this.of.seen?.references.has(String(id)));
            if (missing.length > 0) {
                yield missing.map(({ id, entityId, externalId, lastSeenRun }) => ({
                    referenceId: String(id),
                    entityId,
                    externalId: shownReferenceId(externalId),
                    isDone: lastSeenRun === goneSince(this.of.runId),
                }));
            }
            if (rows.length < ROWS_PER_PAGE) return;
            after = rows.at(-1)!.id;
        }
    }

    private known(): SelectQueryBuilder<DataHubReference> {
        const { source, entityType, runId } = this.of;
        return this.references
            .createQueryBuilder('reference')
            .select(['reference.id', 'reference.entityId', 'reference.externalId', 'reference.lastSeenRun'])
            .where('reference.source = :source', { source })
            .andWhere('reference.entityType = :entityType', { entityType })
            .andWhere(
                new Brackets(where =>
                    where
                        .where('reference.lastSeenRun IS NULL')
                        .orWhere('reference.lastSeenRun = :gone', { gone: goneSince(runId) })
                        .orWhere('reference.lastSeenRun NOT LIKE :anyGone', { anyGone: `${GONE}%` }),
                ),
            );
    }

    private missing(): SelectQueryBuilder<DataHubReference> {
        if (this.of.seen) return this.known();
        const { runId } = this.of;
        return this.known().andWhere(
            new Brackets(where =>
                where.where('reference.lastSeenRun IS NULL').orWhere('reference.lastSeenRun <> :runId', { runId }),
            ),
        );
    }
}
