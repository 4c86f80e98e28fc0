import { HeldLock } from './held-lock';
import type { Lock } from './lock';
import type { PostgresLockSession } from './postgres-lock-session';

interface Held {
    number: string;
    owner: string;
    ttlMs: number;
    /** Called once, when others in this process may ask for the lock. */
    free: () => void;
}

/** The lock that the session has just been given. Undefined when the session ended meanwhile. */
export function holdInSession(session: PostgresLockSession, held: Held): Lock | undefined {
    const lock: HeldLock = new HeldLock(held.owner, {
        renew: () => hold.renew(),
        release: () => hold.letGo(),
    });
    const hold = new SessionHold(session, held, () => lock.lose());
    return lock.lost.aborted ? undefined : lock;
}

/** A session has no clock, so this process keeps the time of each of its locks. */
class SessionHold {
    private expiresAt = 0;
    private timer: NodeJS.Timeout | undefined;
    private over = false;

    constructor(
        private readonly session: PostgresLockSession,
        private readonly held: Held,
        private readonly lose: () => void,
    ) {
        session.ended.addEventListener('abort', this.sessionEnded, { once: true });
        this.extend();
        if (session.ended.aborted) this.sessionEnded();
    }

    async renew(): Promise<boolean> {
        if (!this.over && performance.now() >= this.expiresAt) await this.letGo();
        if (!this.over && (await this.session.answers())) this.extend();
        return !this.over && !this.session.ended.aborted;
    }

    /** Only once: the next time, the number may stand for the lock of somebody else in this process. */
    async letGo(): Promise<void> {
        if (this.over) return;
        this.over = true;
        this.stopWatching();
        try {
            await this.session.unlock(this.held.number);
        } finally {
            // Not earlier: until the server has let go, it gives this session the same lock once more.
            this.held.free();
        }
    }

    private extend(): void {
        if (this.over) return;
        clearTimeout(this.timer);
        this.expiresAt = performance.now() + this.held.ttlMs;
        this.timer = setTimeout(() => this.expire(), this.held.ttlMs).unref();
    }

    private expire(): void {
        this.lose();
        this.letGo().catch(() => undefined);
    }

    private readonly sessionEnded = (): void => {
        if (this.over) return;
        this.over = true;
        this.stopWatching();
        this.lose();
        this.held.free();
    };

    private stopWatching(): void {
        clearTimeout(this.timer);
        this.session.ended.removeEventListener('abort', this.sessionEnded);
    }
}
