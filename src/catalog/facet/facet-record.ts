import { z } from 'zod';
import { customFields, entityId, filledText, flag, languageCode, listOf } from '../field-kinds';

const common = {
    id: entityId.optional(),
    code: filledText('Code, kept as it is written; made from the name when it is absent.').optional(),
    name: filledText('Name; needed to create.').optional(),
    translations: listOf(
        z.looseObject({
            languageCode,
            name: filledText('Name in that language.').optional(),
            customFields: customFields.optional(),
        }),
        'Texts by language.',
    ).optional(),
    channels: listOf(filledText('Channel code.'), 'Channels besides the default one.').optional(),
    customFields: customFields.optional(),
};

export const facetRecord = z.looseObject({
    ...common,
    isPrivate: flag('Whether the facet is hidden from the shop’s customers.').optional(),
});

export const facetValueRecord = z.looseObject({
    ...common,
    facet: filledText('Code or name of the facet.').optional(),
});

/** A record of either loader. */
export type FacetRecord = z.output<typeof facetRecord> & { facet?: string };
