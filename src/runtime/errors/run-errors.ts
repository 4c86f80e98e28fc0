import type { PipelineDefinition, StepDefinition } from '../../sdk/definition/definition';
import { errorHandlingSchema, OnError, retryPerRecordSchema } from '../../sdk/definition/error-handling';
import type { Clock, RunJournal } from '../ports';
import { RecordRetryBudget } from './record-retry-budget';
import type { SecretFields } from './secret-fields';
import { OnRetry, StepRetries } from './step-retries';

export interface RunErrorsParts {
    clock: Pick<Clock, 'sleep'>;
    journal: Pick<RunJournal<unknown>, 'log'>;
    onRetry?: OnRetry;
    /** Asked for when the first record is refused: by then the steps are known to be sound. */
    secrets?: () => SecretFields;
}

/** What the definition wants to become of records that fail; one for each run. */
export class RunErrors {
    /** By step key, for the {@link Tally} of each batch. Steps that are not here reject. */
    readonly strategies: ReadonlyMap<string, OnError>;
    private secretFields?: SecretFields;
    private readonly ofRun: RecordRetryBudget;
    /** A step that is cut at its barriers runs in several places and has one budget. */
    private readonly ofSteps = new Map<string, RecordRetryBudget>();

    constructor(
        { steps, context }: Pick<PipelineDefinition, 'steps' | 'context'>,
        private readonly parts: RunErrorsParts,
    ) {
        this.strategies = new Map(steps.flatMap(({ key, onError }) => (onError ? [[key, onError] as const] : [])));
        const { maxRetriesPerRun } = errorHandlingSchema.parse(context.errorHandling ?? {});
        this.ofRun = new RecordRetryBudget(maxRetriesPerRun, () => this.usedUp('of the run', maxRetriesPerRun));
    }

    get secrets(): SecretFields | undefined {
        return (this.secretFields ??= this.parts.secrets?.());
    }

    /** Undefined unless the step tries records again. A VALIDATE step says the same whenever it is asked. */
    retriesOf(step: StepDefinition): StepRetries | undefined {
        if (step.onError !== 'RETRY' || step.type === 'VALIDATE' || step.type === 'EXTRACT') return undefined;
        const settings = retryPerRecordSchema.parse(step.retryPerRecord ?? {});
        return new StepRetries({
            step: step.key,
            settings,
            budgets: [this.budgetOf(step.key, settings.maxRetriesPerStep), this.ofRun],
            sleep: (ms, signal) => this.parts.clock.sleep(ms, signal),
            onRetry: this.parts.onRetry,
        });
    }

    private budgetOf(step: string, limit: number): RecordRetryBudget {
        let budget = this.ofSteps.get(step);
        if (!budget) {
            budget = new RecordRetryBudget(limit, () => this.usedUp(`of the step "${step}"`, limit, step));
            this.ofSteps.set(step, budget);
        }
        return budget;
    }

    private usedUp(whose: string, limit: number, step?: string): void {
        const message = `The ${limit} retries ${whose} are used up; records that fail from now on are refused at once.`;
        this.parts.journal.log('WARN', message, step === undefined ? undefined : { step });
    }
}
