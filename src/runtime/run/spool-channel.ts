import { UserError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { SourcePage } from '../batch/batcher';
import type { Spool } from '../ports';

/** What the engine knows of the run's channels; which chunks were there when the process began is asked for once. */
export class SpoolView {
    private readonly knownChunks = new Map<string, Promise<Set<number>>>();

    constructor(private readonly spool: Spool) {}

    /** Chunks that an earlier owner of the run left. */
    known(channel: string): Promise<Set<number>> {
        let chunks = this.knownChunks.get(channel);
        if (!chunks) {
            chunks = this.spool.chunks(channel).then(numbers => new Set(numbers));
            this.knownChunks.set(channel, chunks);
        }
        return chunks;
    }

    /** Every chunk of a channel that nobody fills any more, in order. `expected` chunks must be there. */
    async *read(channel: string, expected: number): AsyncGenerator<PipelineRecord[], void, undefined> {
        const numbers = await this.spool.chunks(channel);
        if (numbers.length < expected) throw spoolLost(channel);
        for (const number of numbers) yield await this.spool.read(channel, number);
    }

    async *pages(channel: string, expected: number): AsyncGenerator<SourcePage, void, undefined> {
        for await (const items of this.read(channel, expected)) yield { step: channel, items };
    }
}

/** The spool is on a disk that this worker does not have, or somebody has cleared it away. */
export function spoolLost(channel: string): UserError {
    return new UserError(
        'spool-lost',
        `Records that wait between two stages of the run ("${channel}") are not on the spool of this worker.`,
        'Give all workers one spool (a shared directory, the database or S3: option "spool"), then start a new run.',
    );
}
