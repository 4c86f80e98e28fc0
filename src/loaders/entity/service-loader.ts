import type { z } from 'zod';
import type { JsonObject } from '../../../shared/json';
import type { CatalogHost, CatalogScope } from '../../catalog/catalog-scope';
import { CatalogFacts } from '../../catalog/product/catalog-facts';
import { RecordCheck } from '../../catalog/product/record-check';
import { validateCustomFields } from '../../catalog/product/resolve-shared';
import { creationsIn, KeyClaims } from '../../catalog/provenance/key-claims';
import { compareService } from '../../catalog/service-entity/compare-service';
import { textOfKey } from '../../catalog/service-entity/live';
import { matchValue, resolveService, ServiceState } from '../../catalog/service-entity/resolve-service';
import type { ServiceEntity } from '../../catalog/service-entity/service-entity';
import { ServiceSettings, startServiceRun } from '../../catalog/service-entity/service-run';
import { ServiceWriter } from '../../catalog/service-entity/write-service';
import { UserError } from '../../sdk/errors';
import type { ConfigSchema } from '../../sdk/field';
import { defineLoader, Loader, LoaderAdapter } from '../../sdk/loader';
import { Rejected } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';

/** What all of them promise, before what each has to add. */
const GUARANTEES =
    'Everything is written through Vendure’s own service, one record after the other, inside the transaction of the batch: its rules, events and refusals are those of the Admin API. A record that Vendure refuses is rejected with Vendure’s reason, and the others are written. Only fields that a record gives are touched, and an unchanged record writes nothing.';

interface Declaration<S extends ConfigSchema, C extends string> {
    code: C;
    name: string;
    description: string;
    /** What it keeps besides what all loaders of this kind keep. */
    guarantees?: string;
    limits?: string;
    secretFields?: readonly string[];
    schema: S;
    examples: LoaderAdapter<S>['examples'];
}

/** A loader over a Vendure service: all that makes one differ from another stands in its `ServiceEntity`. */
export function serviceLoader<S extends ConfigSchema, const C extends string>(
    entity: ServiceEntity,
    { guarantees, limits, ...declaration }: Declaration<S, C>,
) {
    return defineLoader({
        ...declaration,
        category: 'settings',
        entityType: entity.entityType,
        record: entity.record,
        guarantees: guarantees === undefined ? GUARANTEES : `${GUARANTEES} ${guarantees}`,
        ...(limits === undefined ? {} : { limits }),
        create: ({ config: settings, host }: { config: z.output<S>; host: CatalogHost }) =>
            createServiceLoader(entity, settings as unknown as ServiceSettings, host),
    });
}

interface Checked {
    record: JsonObject;
    /** Why the record is refused before anything is read for it. */
    problem?: UserError;
}

interface State extends ServiceState {
    checked: ReadonlyMap<PipelineRecord, Checked>;
}

async function createServiceLoader(
    entity: ServiceEntity,
    settings: ServiceSettings,
    host: CatalogHost,
): Promise<Loader<CatalogScope, State>> {
    const run = await startServiceRun(entity, host, settings);
    const facts = await CatalogFacts.load(host.injector, host.ctx);
    if (entity.texts) facts.assertLanguage(run.languageCode, 'languageCode');
    const check = new RecordCheck(entity.record, entity.entityType);
    const writer = new ServiceWriter(entity, run.rules);
    const claims = new KeyClaims(host.run?.id ?? '');
    const { injector, ctx } = host;
    const validation = { rules: [run.rules], injector, ctx, languageCode: run.languageCode };
    const customFieldsOf = ({ customFields, translations = [] }: JsonObject) =>
        [customFields, ...(translations as JsonObject[]).map(text => text.customFields)].map(
            given => [run.rules, given as JsonObject | undefined] as const,
        );
    return {
        keysOf(data) {
            const value = matchValue(data, run);
            const isGiven = value !== undefined && value !== null && value !== '';
            return isGiven ? [`${entity.entityType}:${run.matchBy}:${textOfKey(value)}`] : [];
        },
        nameOf: data => nameOf(data, entity),
        async resolve(records, scope) {
            const checked = new Map(records.map(record => [record, checkOf(record, check)]));
            await validateCustomFields(checked, customFieldsOf, validation);
            const open = records.filter(record => !checked.get(record)!.problem);
            return { ...(await resolveService(entity, open, run, scope)), checked };
        },
        compare(record, state) {
            const { data } = record;
            const problem = state.checked.get(record)?.problem;
            if (problem) return new Rejected(problem);
            try {
                for (const [i, { languageCode }] of ((data.translations ?? []) as JsonObject[]).entries()) {
                    facts.assertLanguage(languageCode as string, `translations[${i}].languageCode`);
                }
                return compareService(entity, data, run, state);
            } catch (refusal) {
                if (refusal instanceof UserError) return new Rejected(refusal);
                throw refusal;
            }
        },
        async apply(changeSets, state, scope) {
            await claims.take(creationsIn(changeSets), scope.sql);
            const changes = changeSets.flatMap(({ entities }) => entities);
            await writer.write(changes, state, scope);
        },
    };
}

function checkOf({ data }: PipelineRecord, check: RecordCheck): Checked {
    const problem = check.problemOf(data);
    return problem ? { record: data, problem } : { record: data };
}

function nameOf(data: JsonObject, { keys }: ServiceEntity): string {
    const name = keys.map(key => data[key]).find(value => value !== undefined && value !== null) ?? data.id;
    return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}
