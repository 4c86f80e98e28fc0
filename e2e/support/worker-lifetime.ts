/** Belongs to the child's side of `WorkerProcess`: closes when the parent says so, and ends when the parent is gone. */
export function untilStopped(close: () => Promise<void>): void {
    process.on('message', () => {
        close().then(
            () => process.exit(0),
            (error: unknown) => fail(error),
        );
    });
}

export function fail(error: unknown): void {
    console.error(error);
    process.exit(1);
}

// However the parent ended: nobody else would stop this process.
process.on('disconnect', () => process.exit(1));
