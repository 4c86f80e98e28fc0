import type { z } from 'zod';
import type { JsonObject } from '../../shared/json';
import type { CatalogHost } from '../catalog/catalog-scope';
import { CatalogRun } from '../catalog/product/catalog-run';
import { RecordCheck } from '../catalog/product/record-check';
import { compareVariantUpdate } from '../catalog/variant-update/compare-variant-update';
import type { VariantUpdate } from '../catalog/variant-update/variant-update';
import { UpdateReader } from '../catalog/variant-update/update-reader';
import { VariantUpdateResolver } from '../catalog/variant-update/variant-update-resolver';
import { config, field } from '../sdk/field';
import type { Loader } from '../sdk/loader';
import { catalogLoader, customFieldKey, filledKeyText } from './catalog-loader';
import { catalogLoaderFields } from './catalog-loader-config';

const { channel, events, searchIndex } = catalogLoaderFields;

/** Settings of the loaders that only change existing variants. */
export const variantUpdateConfig = config({
    channel,
    matchBy: field
        .choice('Match by', 'How the variant of a record is found.', {
            sku: 'By SKU.',
            id: 'By the id in the database.',
            customField: 'By a custom field of the variant, see matchField.',
        })
        .default('sku'),
    matchField: field
        .text('Match field', 'Custom field of the variant to match by, with matchBy customField.', { example: 'erpId' })
        .optional(),
    events,
    searchIndex,
});

interface VariantUpdateParts {
    record: z.ZodObject<z.ZodRawShape>;
    /** What a record is, for messages: `stock level`. */
    what: string;
    shape: (record: never) => VariantUpdate;
    /** Which parts of the variant a record claims for itself; `variant` is its name. */
    claimsOf: (update: VariantUpdate, variant: string, run: CatalogRun) => string[];
}

export async function variantUpdateLoader(
    { record, what, shape, claimsOf }: VariantUpdateParts,
    settings: z.output<typeof variantUpdateConfig>,
    host: CatalogHost,
): Promise<Loader> {
    const { matchBy, matchField } = settings;
    const run = await CatalogRun.start(host, {
        strategy: 'UPDATE',
        channel: settings.channel,
        facetValuesMode: 'SKIP',
        assetsMode: 'SKIP',
        createFacets: false,
    });
    const column = matchBy === 'customField' ? run.matchColumn(run.variantRules, matchField, 'matchField') : undefined;
    const reader = new UpdateReader(new RecordCheck(record, what), shape);
    const resolver = new VariantUpdateResolver(run, { by: matchBy, column }, reader, host.dryRun);
    const variantOf = (data: JsonObject): string | undefined => {
        return column === undefined ? filledKeyText(data[matchBy]) : customFieldKey(data, column);
    };
    const order = `variant:${matchBy}:`;
    return catalogLoader(host, {
        run,
        policy: settings,
        keysOf(data) {
            const variant = variantOf(data);
            const { record, problem } = reader.read(data);
            return variant === undefined || problem ? [] : claimsOf(record, variant, run);
        },
        // One batch goes on from what the other has made of the variant.
        orderOf: data => [order + (variantOf(data) ?? '')],
        nameOf: data => variantOf(data) ?? '',
        resolve: (records, sql) => resolver.resolve(records, sql),
        compare: (_record, match, state) => compareVariantUpdate(match, state),
    });
}
