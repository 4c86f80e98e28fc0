import { HeldLock } from './held-lock';
import type { Lock, LockBackend, LockRequest } from './lock';
import { tryUntil } from './try-until';

interface Entry {
    lock: HeldLock;
    expiresAt: number;
    timer: NodeJS.Timeout;
}

/**
 * Locks of one process, that nobody else can see. Right only where exactly one process executes runs: two of them would
 * each take the runs of the other for abandoned.
 */
export class MemoryLocks implements LockBackend {
    private readonly entries = new Map<string, Entry>();

    acquire(key: string, request: LockRequest): Promise<Lock | undefined> {
        return tryUntil(request.waitMs, () => Promise.resolve(this.tryOnce(key, request)));
    }

    isHeld(keys: readonly string[]): Promise<Set<string>> {
        return Promise.resolve(new Set(keys.filter(key => this.live(key))));
    }

    close(): Promise<void> {
        for (const key of this.entries.keys()) this.drop(key);
        return Promise.resolve();
    }

    private tryOnce(key: string, { owner, ttlMs }: LockRequest): Lock | undefined {
        if (this.live(key)) return undefined;
        const lock: HeldLock = new HeldLock(owner, {
            renew: () => Promise.resolve(this.renew(key, lock, ttlMs)),
            release: () => {
                if (this.live(key)?.lock === lock) this.drop(key);
                return Promise.resolve();
            },
        });
        this.keep(key, lock, ttlMs);
        return lock;
    }

    private renew(key: string, lock: HeldLock, ttlMs: number): boolean {
        if (this.live(key)?.lock !== lock) return false;
        this.keep(key, lock, ttlMs);
        return true;
    }

    private keep(key: string, lock: HeldLock, ttlMs: number): void {
        clearTimeout(this.entries.get(key)?.timer);
        const timer = setTimeout(() => this.drop(key), ttlMs).unref();
        this.entries.set(key, { lock, expiresAt: performance.now() + ttlMs, timer });
    }

    /** By the clock: in a process that was stopped, the timer comes late. */
    private live(key: string): Entry | undefined {
        const entry = this.entries.get(key);
        if (!entry || entry.expiresAt > performance.now()) return entry;
        this.drop(key);
        return undefined;
    }

    private drop(key: string): void {
        const entry = this.entries.get(key);
        clearTimeout(entry?.timer);
        this.entries.delete(key);
        entry?.lock.lose();
    }
}
