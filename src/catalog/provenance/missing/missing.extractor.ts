import { TransactionalConnection } from '@vendure/core';
import { z } from 'zod';
import type { Checkpoint } from '../../../../shared/run';
import { DataHubCheckpoint } from '../../../entities/data-hub-checkpoint.entity';
import { defineExtractor, type ExtractContext } from '../../../sdk/extractor';
import { config, field } from '../../../sdk/field';
import type { CatalogHost } from '../../catalog-scope';
import { MissingReferences, type SourceOfRun, sourceOfRun } from './missing-references';
import { ShopNow } from './standing';

const schema = config({
    source: field.text('Source', 'Name of the system whose records are looked for.', { example: 'erp' }),
    entityType: field.text('Entity', 'What the records become.', { example: 'Product' }),
    onMissing: field.choice('Missing records', 'What happens to what came no more.', {
        DISABLE: 'It is disabled.',
        DELETE: 'It is soft-deleted.',
        REPORT: 'The log names it.',
    }),
    maxMissingPercent: field.number('Limit', 'Largest share that may be missing.', { example: 20 }),
    loads: field.list(z.string(), 'Loads', 'LOAD steps that have marked what came.', { example: ['load'] }),
    lossy: field.list(z.string(), 'Lossy steps', 'Steps that may leave out records that the source has.', {
        example: ['gate'],
    }),
});

const MAX_NAMED = 200;

/** Reads what a full source had before and has no longer. Added to runs by the setting `onMissing` of their LOAD steps. */
export const missingExtractor = defineExtractor({
    code: 'missing',
    internal: true,
    name: 'Missing records',
    description: 'Reads the entities whose records came in earlier runs and did not come in this one.',
    category: 'Internal',
    schema,
    guarantees:
        'Reads nothing unless everything that the source has went through: no record refused, none left out on an error, at least one loaded. Pages through the references, whatever their number.',
    limits: 'Knows only what was loaded with the same source before.',
    examples: [
        {
            title: 'Products that the ERP has no longer',
            config: {
                source: 'erp',
                entityType: 'Product',
                onMissing: 'DISABLE',
                maxMissingPercent: 20,
                loads: ['load'],
                lossy: [],
            },
        },
    ],
    async *read({ config: settings, context }) {
        const { injector, run, dryRun } = context.host as CatalogHost;
        const { rawConnection } = injector.get(TransactionalConnection);
        const { source, onMissing, maxMissingPercent } = settings;
        const skip = (because: string): void =>
            context.log('WARN', `What is missing in "${source}" was left alone: ${because}.`);
        if (!run || (dryRun && !run.seen)) return skip('a dry run that was interrupted does not know what has come');
        // The steps before have come to their end, and that is stored before this one begins.
        const checkpoint = await rawConnection.getRepository(DataHubCheckpoint).findOneBy({ runId: run.id });
        const doubt = doubtOf(checkpoint?.data, settings);
        if (doubt !== undefined) return skip(doubt);
        const of = sourceOfRun(settings, { run, dryRun });
        const references = new MissingReferences(rawConnection, of);
        const { known, missing } = await references.counts();
        if (missing === 0) return;
        const shop = new ShopNow(rawConnection, of, onMissing);
        if (onMissing === 'REPORT') return report(references, { shop, of, known }, context);
        if (missing * 100 > maxMissingPercent * known) {
            // What nobody would disable or delete any more says nothing about the source.
            let done = 0;
            for await (const page of references.pages()) done += page.length - (await shop.leftOf(page)).length;
            const [left, all] = [missing - done, known - done];
            if (left * 100 > maxMissingPercent * all) {
                return skip(
                    `${left} of ${all} are missing, more than the ${maxMissingPercent} % that maxMissingPercent allows; ` +
                        'raise it for one run if the source is right',
                );
            }
        }
        // All of them, so that a run that goes on after a crash reads the same again.
        for await (const page of references.pages()) {
            context.signal.throwIfAborted();
            const items = page.map(({ isDone: _, ...reference }) => ({ data: reference }));
            yield { items };
        }
    },
});

async function report(
    references: MissingReferences,
    { shop, of, known }: { shop: ShopNow; of: SourceOfRun; known: number },
    context: ExtractContext,
): Promise<void> {
    const { source, entityType } = of;
    let [left, done] = [0, 0];
    for await (const page of references.pages()) {
        context.signal.throwIfAborted();
        const still = await shop.leftOf(page);
        for (const { externalId, entityId } of still) {
            if (left++ >= MAX_NAMED) continue;
            context.log('WARN', `"${externalId}" is missing in "${source}": ${entityType} ${entityId}.`);
        }
        done += page.length - still.length;
    }
    if (left > 0) context.log('INFO', `${left} of ${known - done} are missing in "${source}".`);
}

/** Why it is not known what the source has; undefined when all of it went through. */
function doubtOf(
    checkpoint: Checkpoint | undefined,
    { loads, lossy }: { loads: readonly string[]; lossy: readonly string[] },
): string | undefined {
    const { stages = {}, metrics } = checkpoint ?? {};
    // With the policy BEST_EFFORT a run goes on behind what failed.
    if (Object.values(stages).some(({ failed }) => failed !== undefined)) return 'a part of the run failed';
    const steps = metrics?.steps ?? {};
    const rejected = Object.values(steps).reduce((sum, counts) => sum + counts.rejected, 0);
    if (rejected > 0) return rejected === 1 ? 'a record was refused' : `${rejected} records were refused`;
    const losing = lossy.find(key => (steps[key]?.dropped ?? 0) > 0);
    if (losing !== undefined) return `"${losing}" left out records`;
    if (!loads.some(key => (steps[key]?.in ?? 0) > 0)) return 'no record came at all';
    return undefined;
}
