/**
 * Where it is decided who may own something that only one process may own at a time.
 *
 * No lock of any kind is proof at the moment of a write: its holder may have been stopped for an hour between its last
 * look and the write. Whoever writes needs a fence besides, such as the token of a run's `Lease`.
 */
export interface LockBackend {
    /** Undefined when somebody else had it all the time that was waited. */
    acquire(key: string, request: LockRequest): Promise<Lock | undefined>;
    /** Those of the keys that somebody holds, whoever it is. */
    isHeld(keys: readonly string[]): Promise<Set<string>>;
    /** Ends connections of its own. Locks that are still held may be lost by it. */
    close(): Promise<void>;
}

export interface LockRequest {
    /** Names the holder. Never used twice, so that nobody renews or releases the lock of somebody else. */
    owner: string;
    /** The lock ends that long after it was acquired or last renewed. */
    ttlMs: number;
    /** How long to try; 0 tries once. */
    waitMs: number;
}

export interface Lock {
    readonly owner: string;
    /** False when it is lost. Throws when the backend does not answer, which leaves open whether it is lost. */
    renew(): Promise<boolean>;
    /** Does nothing when it is lost or released already. */
    release(): Promise<void>;
    /** Aborts once this process knows that the lock is lost. It may know late, and only when it asks. */
    readonly lost: AbortSignal;
}
