import type { EdgeDefinition, PipelineDefinition, StepDefinition } from '../sdk/definition/definition';
import { edgesOf } from '../../shared/edges';

/** Code of the extractor and of the loader that deal with what a source has no longer. */
export const MISSING = 'missing';

interface FullSource {
    source: string;
    entityType: string;
    loads: StepDefinition[];
}

/** What the records of a LOAD step become; undefined for loaders that do not remember what came. */
type EntityTypeOf = (loader: string, config: StepDefinition['config']) => string | undefined;

/**
 * The pipeline with what the setting `onMissing` of its LOAD steps asks for: once they have come to their end, a step reads
 * what came no more and another one disables or deletes it. They are ordinary steps, so that batches, ledger, guards, undo
 * and resume are what they are everywhere.
 */
export function withMissingSteps(definition: PipelineDefinition, entityTypeOf: EntityTypeOf): PipelineDefinition {
    const sources = fullSourcesOf(definition, entityTypeOf);
    if (sources.length === 0) return definition;
    const steps = [...definition.steps];
    const edges: EdgeDefinition[] = [...edgesOf(definition)];
    const taken = new Set(steps.map(({ key }) => key));
    for (const { source, entityType, loads } of sources) {
        const [first] = loads.filter(({ config }) => isWanted(config.onMissing));
        const { onMissing, maxMissingPercent = 20, events, searchIndex } = first!.config;
        // Loads of the same source must all leave their marks.
        for (const load of loads) {
            steps[steps.findIndex(({ key }) => key === load.key)] = {
                ...load,
                config: { ...load.config, onMissing: onMissing! },
            };
        }
        const read = freeKey(`missing-in-${first!.key}`, taken);
        const write = freeKey(`${first!.key}-missing`, taken);
        const common = { adapterCode: MISSING, source, entityType, onMissing: onMissing! };
        const keys = loads.map(({ key }) => key);
        steps.push({
            key: read,
            type: 'EXTRACT',
            config: { ...common, maxMissingPercent, loads: keys, lossy: lossyStepsOf(definition) },
        });
        edges.push(...keys.map(from => ({ from, to: read, dependencyOnly: true })));
        if (onMissing === 'REPORT') continue;
        steps.push({
            key: write,
            type: 'LOAD',
            config: { ...common, ...(events ? { events } : {}), ...(searchIndex ? { searchIndex } : {}) },
            ...guardsOf(first!),
        });
        edges.push({ from: read, to: write });
    }
    return { ...definition, steps, edges };
}

function fullSourcesOf({ steps }: PipelineDefinition, entityTypeOf: EntityTypeOf): FullSource[] {
    const sources = new Map<string, FullSource>();
    for (const step of steps) {
        const { adapterCode, source } = step.config;
        if (step.type !== 'LOAD' || step.disabled || typeof adapterCode !== 'string' || typeof source !== 'string')
            continue;
        const entityType = entityTypeOf(adapterCode, step.config);
        if (entityType === undefined) continue;
        const key = `${entityType} ${source}`;
        const known = sources.get(key) ?? { source, entityType, loads: [] };
        known.loads.push(step);
        sources.set(key, known);
    }
    return [...sources.values()].filter(({ loads }) => loads.some(({ config }) => isWanted(config.onMissing)));
}

function isWanted(onMissing: unknown): boolean {
    return onMissing === 'DISABLE' || onMissing === 'DELETE' || onMissing === 'REPORT';
}

/** What is left out there is no filter's choice: refused by a person, or by an error that the step is told to pass over. */
function lossyStepsOf({ steps }: PipelineDefinition): string[] {
    return steps
        .filter(({ type, onError }) => type === 'GATE' || type === 'LOAD' || onError === 'SKIP')
        .map(({ key }) => key);
}

/** Guards count what they were meant to count; shares of records would be shares of what is missing. */
function guardsOf({ guards }: StepDefinition): Pick<StepDefinition, 'guards'> {
    if (!guards || (guards.maxDisabled === undefined && guards.maxDeleted === undefined)) return {};
    const { maxDisabled, maxDeleted, notifyWebhook, notifyEmail } = guards;
    return { guards: { maxDisabled, maxDeleted, notifyWebhook, notifyEmail, maxPriceJumpsPercent: 0 } };
}

function freeKey(wanted: string, taken: Set<string>): string {
    let key = wanted.slice(0, 100);
    for (let n = 2; taken.has(key); n++) key = `${wanted.slice(0, 90)}-${n}`;
    taken.add(key);
    return key;
}
