import { createHash } from 'node:crypto';
import type { Lock, LockBackend, LockRequest } from './lock';
import { holdInSession } from './postgres-hold';
import { type PostgresClient, PostgresLockSession } from './postgres-lock-session';
import { tryUntil } from './try-until';

export interface PostgresAccess {
    /** A connection of its own, that no pool hands to anybody else. */
    connect(): Promise<PostgresClient>;
    /** On any connection. */
    query(text: string, values: unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * Advisory locks of one PostgreSQL session per process: they end with the process or its connection, at once and without
 * a clock. For a process that hangs while its connection stays open, the server ends the session after `sessionTtlMs`.
 *
 * Needs a direct connection: a pooler that hands a session to others after each transaction (PgBouncer in transaction
 * mode) would hand the locks along with it.
 */
export class PostgresLocks implements LockBackend {
    private session: Promise<PostgresLockSession> | undefined;
    /** Locks that this process has or is asking for: the server gives a session the same lock again and again. */
    private readonly taken = new Set<string>();
    private idle: NodeJS.Timeout | undefined;

    constructor(
        private readonly access: PostgresAccess,
        private readonly sessionTtlMs: number,
    ) {}

    acquire(key: string, request: LockRequest): Promise<Lock | undefined> {
        return tryUntil(request.waitMs, () => this.tryOnce(numberOf(key), request));
    }

    async isHeld(keys: readonly string[]): Promise<Set<string>> {
        if (keys.length === 0) return new Set();
        const rows = await this.access.query(heldQuery, [keys.map(numberOf)]);
        const held = new Set(rows.map(row => String(row.number)));
        return new Set(keys.filter(key => held.has(numberOf(key))));
    }

    async close(): Promise<void> {
        clearTimeout(this.idle);
        const closing = this.session;
        this.session = undefined;
        await closing?.then(session => session.end()).catch(() => undefined);
    }

    private async tryOnce(number: string, { owner, ttlMs }: LockRequest): Promise<Lock | undefined> {
        if (this.taken.has(number)) return undefined;
        this.taken.add(number);
        clearTimeout(this.idle);
        const free = () => this.free(number);
        try {
            const session = await this.openSession();
            if (await session.lock(number)) return holdInSession(session, { number, owner, ttlMs, free });
        } catch (error) {
            free();
            throw error;
        }
        free();
        return undefined;
    }

    private free(number: string): void {
        this.taken.delete(number);
        if (this.taken.size > 0) return;
        // Before the server ends it as idle, which it would log as an error.
        clearTimeout(this.idle);
        this.idle = setTimeout(() => void this.close(), this.sessionTtlMs / 3).unref();
    }

    private openSession(): Promise<PostgresLockSession> {
        if (!this.session) {
            const opening = PostgresLockSession.open(() => this.access.connect(), this.sessionTtlMs);
            const forget = () => {
                if (this.session === opening) this.session = undefined;
            };
            this.session = opening;
            opening.then(session => session.ended.addEventListener('abort', forget, { once: true }), forget);
        }
        return this.session;
    }
}

/** 64 bits of a hash, as PostgreSQL writes a bigint. The prefix keeps clear of the locks of other programs. */
function numberOf(key: string): string {
    return createHash('sha256').update(`data-hub:${key}`).digest().readBigInt64BE().toString();
}

/** The server shows the two halves of a lock's number; `objsubid` 1 marks numbers of 64 bits. */
const heldQuery = `
SELECT held.number::text AS number
FROM (
    SELECT (classid::bigint << 32) | objid::bigint AS number
    FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
      AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
) held
WHERE held.number = ANY($1::bigint[])`;
