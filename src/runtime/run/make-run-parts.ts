import type { LoadExecutor } from '../executors/load-executor';
import type { RunSetup } from '../run-pipeline';
import { AfterCommit } from './after-commit';
import type { RunControl } from './run-control';
import { RunEvents, runErrors } from './run-events';
import type { RunParts } from './run-parts';
import type { RunTracker } from './run-tracker';
import { SettlementWriter } from './settlement-writer';
import { SpoolView } from './spool-channel';

type Given<Scope> = Pick<RunParts<Scope>, 'retry' | 'batchSize' | 'concurrency' | 'dryRun'> & {
    tracker: RunTracker;
    /** By step key; filled while the loaders are built. */
    loads: ReadonlyMap<string, LoadExecutor<Scope>>;
};

/** The same for the owner of a run and for those who write batches of it. */
export function makeRunParts<Scope>(
    setup: RunSetup<Scope>,
    control: RunControl,
    { tracker, loads, ...rest }: Given<Scope>,
): RunParts<Scope> {
    const { ports } = setup;
    const events = new RunEvents(ports.hooks, { dryRun: rest.dryRun }, ports.observer);
    return {
        ...rest,
        ports,
        tracker,
        journal: new SettlementWriter(ports.journal, tracker, control),
        afterCommit: new AfterCommit(loads, ports.journal, tracker),
        events,
        errors: runErrors(setup, events),
        spool: new SpoolView(ports.spool),
        exports: [],
    };
}
