import { DataHubReference } from '../../entities/data-hub-reference.entity';
import type { ChangeSet } from '../../sdk/change-set';
import { TransientError } from '../../sdk/errors';
import { referenceId } from '../reference-id';
import type { SqlSession } from '../sql/sql-session';

/** `DataHubReference.source` of natural keys under which something is being created. */
export const CLAIM_SOURCE = 'claim';
const CLAIM_TYPE = 'key';
/** No transaction lasts longer, so an older claim says nothing about what a transaction could not see. */
const CLAIM_LIFETIME_MS = 60 * 60 * 1000;
const MAX_REMEMBERED = 100_000;

/**
 * Vendure has no unique key for slugs, SKUs and most names, so two runs that create the same thing at the same moment would both do so.
 * Whoever is about to create something first takes the rows of its natural keys, of which the database has one each:
 * the second one waits there, finds that another one was faster, and begins again with a transaction that sees its work.
 *
 * Batches of one run never meet here; the engine lets those that share a key follow each other. What many batches share is taken
 * under an owner of each batch.
 */
export class KeyClaims {
    /** By owner and key: claims of others that a transaction begun after them has taken into account. */
    private readonly known = new Map<string, string>();

    constructor(
        private readonly runId: string,
        private readonly now: () => number = Date.now,
    ) {}

    /** One statement whatever the number of keys, two more where claims of other runs are taken over. */
    async take(keys: Iterable<string>, sql: SqlSession, owner = this.runId): Promise<void> {
        // SQLite has one transaction at a time.
        if (sql.dialect === 'sqlite') return;
        // The same order in all transactions.
        const ids = [...new Set([...keys].map(referenceId))].sort();
        if (ids.length === 0) return;
        const table = sql.table(DataHubReference);
        const columns = ['source', 'entityType', 'externalId', 'entityId'];
        const own = `${this.now()}:${owner}`;
        const rowsOf = (list: readonly string[]) => list.map(id => [CLAIM_SOURCE, CLAIM_TYPE, id, own]);
        const taken = await sql.insertMissing(table, columns, rowsOf(ids));
        // Who comes later with one of the keys waits for this transaction.
        if (taken === ids.length) return;
        const foreign = (await lockClaims(ids, sql)).filter(([, claim]) => ownerOf(claim) !== owner);
        if (foreign.length === 0) return;
        const unseen = foreign.filter(([id, claim]) => this.isNews(`${owner} ${id}`, claim));
        if (unseen.length > 0) {
            for (const [id, claim] of unseen) this.remember(`${owner} ${id}`, claim);
            throw createdMeanwhile();
        }
        await sql.update(table, columns.slice(0, 3), ['entityId'], rowsOf(foreign.map(([id]) => id)));
    }

    private isNews(key: string, claim: string): boolean {
        return this.known.get(key) !== claim && Number.parseInt(claim, 10) > this.now() - CLAIM_LIFETIME_MS;
    }

    private remember(key: string, claim: string): void {
        if (this.known.size >= MAX_REMEMBERED) this.known.clear();
        this.known.set(key, claim);
    }
}

/** What change sets create, by type and name. */
export function creationsIn(changeSets: readonly ChangeSet[]): string[] {
    const entities = changeSets.flatMap(changeSet => changeSet.entities);
    // Addresses are found below their customer only.
    const created = entities.filter(({ action, entityType }) => action === 'CREATE' && entityType !== 'Address');
    return created.map(({ entityType, key }) => `${entityType}:${key}`);
}

/**
 * Until the transaction ends, whoever else asks for `name` waits. For what is looked up once more after that; nobody is told
 * whether another one was faster.
 */
export async function waitInLine(name: string, sql: SqlSession): Promise<void> {
    if (sql.dialect === 'sqlite') return;
    const columns = ['source', 'entityType', 'externalId', 'entityId'];
    const added = await sql.insertMissing(sql.table(DataHubReference), columns, [
        [CLAIM_SOURCE, CLAIM_TYPE, name, `${Date.now()}:`],
    ]);
    if (added === 0) await lockClaims([name], sql);
}

async function lockClaims(ids: readonly string[], sql: SqlSession): Promise<[id: string, claim: string][]> {
    const table = sql.table(DataHubReference);
    const id = table.column('externalId');
    const { sql: isOne, parameters } = sql.inList(id, ids);
    const rows = await sql.query(
        `SELECT ${id}, ${table.column('entityId')} FROM ${table.path} ` +
            `WHERE ${table.column('source')} = ? AND ${table.column('entityType')} = ? AND ${isOne} ` +
            `ORDER BY ${id} FOR UPDATE`,
        [CLAIM_SOURCE, CLAIM_TYPE, ...parameters],
    );
    return rows.map(row => [String(row[0]), String(row[1])]);
}

function ownerOf(claim: string): string {
    return claim.slice(claim.indexOf(':') + 1);
}

export function createdMeanwhile(): TransientError {
    return new TransientError(
        'created-concurrently',
        'Another transaction created something under the same key at the same moment.',
        'Nothing needs to be done: the batch is tried again and finds it.',
    );
}
