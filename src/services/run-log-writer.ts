import { LOG_LEVELS, type LogLevel } from '../../shared/run';
import { fitText } from './stored-text';

export interface RunLogLine {
    index: number;
    level: LogLevel;
    step: string | null;
    message: string;
}

const maxLinesPerRun = 10_000;
const maxWaitingLines = 2_000;
const linesPerInsert = 200;
const flushAfterMs = 500;

/**
 * Writes log lines in groups and never in the way of a batch: `write` returns at once and no failure reaches the caller.
 * A run that logs without end keeps its first lines, and one that says how many were left out.
 */
export class RunLogWriter {
    private readonly waiting: RunLogLine[] = [];
    private leftOut = 0;
    private timer: NodeJS.Timeout | undefined;
    private flushing: Promise<void> = Promise.resolve();

    constructor(
        private nextIndex: number,
        private readonly insert: (lines: readonly RunLogLine[]) => Promise<void>,
        private readonly minLevel: LogLevel = 'DEBUG',
    ) {}

    write(level: LogLevel, message: string, step?: string): void {
        if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.minLevel)) return;
        if (this.nextIndex >= maxLinesPerRun || this.waiting.length >= maxWaitingLines) {
            this.leftOut++;
            return;
        }
        this.add(level, message, step);
        this.timer ??= setTimeout(() => void this.flush(), flushAfterMs).unref();
    }

    /** Resolves when everything written so far has been stored, or has failed to. */
    flush(): Promise<void> {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.flushing = this.flushing.then(() => this.store());
        return this.flushing;
    }

    async close(): Promise<void> {
        if (this.leftOut > 0) this.add('WARN', `${this.leftOut} more log lines were left out.`);
        this.leftOut = 0;
        await this.flush();
    }

    private add(level: LogLevel, message: string, step?: string): void {
        this.waiting.push({ index: this.nextIndex++, level, step: step ?? null, message: fitText(message, 10_000) });
    }

    private async store(): Promise<void> {
        while (this.waiting.length > 0) {
            const lines = this.waiting.slice(0, linesPerInsert);
            try {
                await this.insert(lines);
            } catch {
                // The database is away or the run was deleted. The next flush tries again; the waiting list is bounded.
                return;
            }
            this.waiting.splice(0, lines.length);
        }
    }
}
