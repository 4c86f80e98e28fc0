import { untilAborted } from '../../resilience/until-aborted';
import type { StepDefinition } from '../../sdk/definition/definition';
import { asDataHubError } from '../../sdk/errors';
import type { ExtractContext, ExtractedItem, ExtractedPage, ExtractorAdapter } from '../../sdk/extractor';
import type { Origin } from '../../sdk/record';
import type { AdapterLookup } from '../adapter-lookup';
import type { SourceItem, SourcePage } from '../batch/batcher';
import { located } from '../batch/located-error';
import { eachWithinStepTime } from '../errors/step-time';
import { TimeoutError } from '../errors/timeout-error';
import { SOURCE_RETRY, SourceRetryParts, withSourceRetry } from '../errors/source-retry';
import { adapterSettings, parseSettings } from '../graph/step-settings';
import { abortable } from './abortable';

/** Reads the source of one EXTRACT step, page by page, always from its start. */
export class ExtractExecutor {
    private readonly adapter: ExtractorAdapter;
    private readonly config: Record<string, unknown>;
    private knownFingerprint: string | undefined;

    constructor(
        private readonly step: StepDefinition,
        registry: AdapterLookup,
        private readonly context: ExtractContext,
        private readonly retrying: Pick<SourceRetryParts, 'clock' | 'onRetry'>,
    ) {
        const { code, config } = adapterSettings(step);
        this.adapter = registry.extractor(code);
        this.config = parseSettings(this.adapter.schema, config, step, `The extractor "${code}" of step "${step.key}"`);
    }

    /** Identity of what will be read; undefined when the extractor cannot tell. */
    async fingerprint(): Promise<string | undefined> {
        return (this.knownFingerprint = await this.currentFingerprint());
    }

    private async currentFingerprint(): Promise<string | undefined> {
        try {
            const identity = this.adapter.fingerprint?.({ config: this.config, context: this.context });
            return await untilAborted(Promise.resolve(identity), this.context.signal);
        } catch (thrown) {
            throw this.fault(thrown);
        }
    }

    /** The next page is asked for only when the last one has been taken. Malformed items stand among the records. */
    async *pages(): AsyncGenerator<SourcePage, void, undefined> {
        let index = 0;
        try {
            const open = (): AsyncIterable<ExtractedPage> =>
                abortable(this.adapter.read({ config: this.config, context: this.context }), this.context.signal);
            const pages = withSourceRetry(open, {
                ...this.retrying,
                step: this.step.key,
                budget: SOURCE_RETRY,
                signal: this.context.signal,
                knownFingerprint: this.knownFingerprint,
                fingerprint: () => this.currentFingerprint(),
            });
            for await (const page of eachWithinStepTime(this.step, this.context.signal, pages)) {
                const items = page.items.map(item => this.item(item, page, index++));
                yield { step: this.step.key, items, bytesRead: page.bytesRead, bytesTotal: page.bytesTotal };
            }
        } catch (thrown) {
            throw this.fault(thrown);
        }
    }

    private item(item: ExtractedItem, page: ExtractedPage, index: number): SourceItem {
        if ('data' in item && item.origin) return { data: item.data, origin: item.origin };
        const origin: Origin = { step: this.step.key, index };
        if (page.file !== undefined) origin.file = page.file;
        if (item.line !== undefined) origin.line = item.line;
        if ('error' in item) return { error: item.error, origin, raw: item.raw };
        if (item.lastLine !== undefined) origin.lastLine = item.lastLine;
        return { data: item.data, origin };
    }

    private fault(thrown: unknown): Error {
        if (this.context.signal.aborted) return thrown instanceof Error ? thrown : new Error(String(thrown));
        if (thrown instanceof TimeoutError) return thrown;
        return located(asDataHubError(thrown), { step: this.step.key });
    }
}
