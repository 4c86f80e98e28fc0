import type { JsonValue } from '../../../shared/json';
import type { StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError } from '../../sdk/errors';
import type { ExportContext, Exporter, ExporterAdapter } from '../../sdk/exporter';
import type { PipelineRecord } from '../../sdk/record';
import type { AdapterLookup } from '../adapter-lookup';
import { adapterError } from '../batch/adapter-error';
import { located } from '../batch/located-error';
import type { Tally } from '../batch/tally';
import { adapterSettings, parseSettings } from '../graph/step-settings';

/**
 * Runs one EXPORT step. Batches come one after the other, in source order; what {@link write} resolves with belongs into
 * the checkpoint that counts the batch. A dry run counts the records and touches nothing.
 */
export class ExportExecutor {
    private readonly adapter: ExporterAdapter;
    private readonly config: Record<string, unknown>;
    private exporter: Exporter | undefined;

    constructor(
        readonly step: StepDefinition,
        registry: AdapterLookup,
        private readonly context: ExportContext,
        private readonly dryRun: boolean,
    ) {
        const { code, config } = adapterSettings(step);
        this.adapter = registry.exporter(code);
        this.config = parseSettings(this.adapter.schema, config, step, `The exporter "${code}" of step "${step.key}"`);
    }

    get key(): string {
        return this.step.key;
    }

    /** To be called once before the first record, so that a place that cannot be written fails the run at its start. */
    async open(): Promise<void> {
        if (this.dryRun) return;
        await this.attempt(async () => {
            this.exporter = await this.adapter.create({ config: this.config, context: this.context });
        });
    }

    /**
     * Appends a batch behind `position`, where the batch before ended, and resolves with the new end. Throws when the
     * batch could not be written as a whole; it can then be repeated with the same position.
     */
    async write(
        records: readonly PipelineRecord[],
        position: JsonValue | undefined,
        tally: Tally,
    ): Promise<JsonValue | undefined> {
        const accepted = this.exporter?.check ? this.checked(records, position, this.exporter, tally) : records;
        const { exporter } = this;
        const end =
            exporter && accepted.length > 0 ? await this.attempt(() => exporter.write(accepted, position)) : position;
        const counts = tally.of(this.key);
        counts.in += records.length;
        counts.out += accepted.length;
        return end;
    }

    /** Once all batches have settled; safe to repeat after a crash. */
    async finish(position: JsonValue | undefined): Promise<void> {
        await this.attempt(async () => this.exporter?.finish(position));
    }

    /** Always, whatever became of the run. */
    async close(): Promise<void> {
        const { exporter } = this;
        this.exporter = undefined;
        await this.attempt(async () => exporter?.close());
    }

    private checked(
        records: readonly PipelineRecord[],
        position: JsonValue | undefined,
        exporter: Exporter,
        tally: Tally,
    ): PipelineRecord[] {
        return records.filter(record => {
            try {
                const error = exporter.check!(record, position);
                if (error) tally.reject(this.key, record, error);
                return !error;
            } catch (thrown) {
                tally.reject(this.key, record, adapterError('exporter', this.adapter.code, thrown));
                return false;
            }
        });
    }

    private async attempt<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (thrown) {
            throw located(asDataHubError(thrown), { step: this.key });
        }
    }
}
