import type { StepDefinition } from '../../sdk/definition/definition';
import { RetryPerRecord } from '../../sdk/definition/error-handling';
import type { DataHubError } from '../../sdk/errors';
import type { PipelineRecord } from '../../sdk/record';
import type { RecordRetryBudget } from './record-retry-budget';

const MAX_DELAY_MS = 60_000;

export interface StepRetryParts {
    step: StepDefinition['key'];
    settings: RetryPerRecord;
    /** Of the step and of the run. */
    budgets: readonly RecordRetryBudget[];
    sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
    onRetry?: OnRetry;
}

/** Told before a record is tried again; `attempt` counts from 1. */
export type OnRetry = (step: string, record: PipelineRecord, error: DataHubError, attempt: number) => void;

/** Which records of one step are tried again after an error, and when. */
export class StepRetries {
    constructor(private readonly parts: StepRetryParts) {}

    get maxRetries(): number {
        return this.parts.settings.maxRetries;
    }

    /** Whether the record is tried again; it uses up one retry of each budget then. */
    admits(record: PipelineRecord, error: DataHubError, attempt: number): boolean {
        const { step, budgets, onRetry } = this.parts;
        if (attempt > this.maxRetries || !this.isRetryable(error)) return false;
        const usedUp = budgets.filter(budget => budget.isUsedUp);
        for (const budget of usedUp) budget.tell();
        if (usedUp.length > 0) return false;
        for (const budget of budgets) budget.take();
        onRetry?.(step, record, error, attempt);
        return true;
    }

    /** One pause for all records of a batch that are tried again together. Rejects when `signal` is aborted. */
    async pause(attempt: number, signal: AbortSignal | undefined): Promise<void> {
        await this.parts.sleep(this.delayMs(attempt), signal).catch(() => undefined);
        signal?.throwIfAborted();
    }

    private delayMs(attempt: number): number {
        const { retryDelayMs, backoff } = this.parts.settings;
        return backoff === 'FIXED' ? retryDelayMs : Math.min(retryDelayMs * 2 ** (attempt - 1), MAX_DELAY_MS);
    }

    private isRetryable({ kind, code, message }: DataHubError): boolean {
        const { retryableErrors } = this.parts.settings;
        if (!retryableErrors) return kind === 'TRANSIENT' || kind === 'DEFECT';
        return retryableErrors.some(wanted => code === wanted || message.includes(wanted));
    }
}
