import type { VariablesOf } from '../../../gql/graphql';
import type { pipelineDraftDocument } from '../../../gql/new-pipeline';
import { type Draft, noFields } from '../draft';

type DraftInput = VariablesOf<typeof pipelineDraftDocument>['input'];

/** What the server makes a definition of. `file`: the settings of the extractor as a preview found them. */
export function draftInput({ style, loader, fields }: Draft, file: unknown): DraftInput {
    if (style !== null) return { file, style };
    const { mappings, groupBy, loaderConfig } = fields[loader ?? ''] ?? noFields;
    return {
        file,
        loader,
        groupBy,
        loaderConfig: Object.fromEntries(Object.entries(loaderConfig).filter(([, value]) => value !== '')),
        mappings: mappings.map(({ column, target, conversion, options }) => ({ column, target, conversion, options })),
    };
}
