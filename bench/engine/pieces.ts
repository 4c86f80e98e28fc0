import { basename } from 'node:path';
import { fileExtractor } from '../../src/extractors/file/file.extractor';
import { inBatches } from '../../src/runtime/batch/batcher';
import { Tally } from '../../src/runtime/batch/tally';
import { ExportExecutor } from '../../src/runtime/executors/export-executor';
import { ExtractExecutor } from '../../src/runtime/executors/extract-executor';
import { TransformExecutor } from '../../src/runtime/executors/transform-executor';
import { piecesOf } from '../../src/runtime/graph/step-pieces';
import type { PipelineRecord } from '../../src/sdk/record';
import type { JsonValue } from '../../shared/json';
import type { EngineInput, Handled } from './contender';
import { articlesPipeline, engineRegistry, filesOf } from './data-hub-engine';

/** Parts of the engine by themselves, to see where the time goes. */

export async function parserOnly(input: EngineInput): Promise<Handled> {
    const config = fileExtractor.schema.parse({ path: basename(input.csvPath) });
    const context = {
        files: filesOf(input).files,
        host: {},
        signal: new AbortController().signal,
        log: () => undefined,
    };
    let read = 0;
    for await (const page of fileExtractor.read({ config, context })) read += page.items.length;
    return { read, written: 0, rejected: 0 };
}

export async function throughBatches(input: EngineInput): Promise<Handled> {
    let read = 0;
    for await (const batch of batchesOf(input)) read += batch.items.length;
    return { read, written: 0, rejected: 0 };
}

export function throughOperators(input: EngineInput): Promise<Handled> {
    return throughSteps(input, false);
}

export function throughExport(input: EngineInput): Promise<Handled> {
    return throughSteps(input, true);
}

async function throughSteps(input: EngineInput, withExport: boolean): Promise<Handled> {
    const { steps } = articlesPipeline(input);
    const registry = engineRegistry();
    const transform = new TransformExecutor(steps[1]!, registry, piecesOf(steps[1]!, registry)[0]!);
    const context = {
        files: filesOf(input).outputFiles,
        runId: 'bench',
        step: 'write',
        signal: new AbortController().signal,
        log: () => undefined,
    };
    const exporter = new ExportExecutor(steps[2]!, registry, context, !withExport);
    await exporter.open();
    const handled: Handled = { read: 0, written: 0, rejected: 0 };
    let position: JsonValue | undefined;
    for await (const batch of batchesOf(input)) {
        const tally = new Tally();
        const records = batch.items.filter((item): item is PipelineRecord => 'data' in item);
        const kept = await transform.run(records, batch.final, tally);
        position = await exporter.write(kept, position, tally);
        handled.read += batch.items.length;
        handled.written += kept.length;
        handled.rejected += tally.rejects.length;
    }
    await exporter.finish(position);
    await exporter.close();
    return handled;
}

function batchesOf(input: EngineInput) {
    const { steps } = articlesPipeline(input);
    const context = {
        files: filesOf(input).files,
        host: {},
        signal: new AbortController().signal,
        log: () => undefined,
    };
    const extract = new ExtractExecutor(steps[0]!, engineRegistry(), context, {
        clock: { sleep: () => Promise.resolve() },
        onRetry: () => undefined,
    });
    return inBatches([extract.pages()], input.batchSize);
}
