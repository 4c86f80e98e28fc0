import { z } from 'zod';
import { customFields, entityId, filledText, languageCode, listOf } from '../field-kinds';

const portion = (description: string) =>
    z
        .number({ error: 'must be a number from 0 to 1; turn it into one with toNumber' })
        .min(0, { error: 'must be a number from 0 to 1; divide pixels by the size of the image' })
        .max(1, { error: 'must be a number from 0 to 1; divide pixels by the size of the image' })
        .meta({ description });

/** What a record for the asset loader may hold; see product-record for what absent, null and empty mean. */
export const assetRecord = z.looseObject({
    id: entityId.optional(),
    source: filledText(
        'Path or URL of a file, or the path of a folder or of a zip archive for all files in it; `photos.zip/red.png` is one file of an archive.',
    ).optional(),
    name: filledText('Name; that of the file when an asset is created without.').optional(),
    translations: listOf(
        z.looseObject({
            languageCode,
            name: filledText('Name in that language.').optional(),
            customFields: customFields.optional(),
        }),
        'Names by language.',
    ).optional(),
    tags: listOf(filledText('Tag.'), 'Tags; those that do not exist are created.').optional(),
    focalPoint: z
        .looseObject(
            { x: portion('From the left.'), y: portion('From the top.') },
            { error: 'must be a point; give { x, y } or null' },
        )
        .nullable()
        .optional()
        .meta({
            description: 'What must stay visible when the image is cropped, as parts of its size; null for none.',
        }),
    channels: listOf(
        filledText('Channel code.'),
        'Channels the asset is in besides the default one and that of the run.',
    ).optional(),
    customFields: customFields.optional(),
});

export type AssetRecord = z.output<typeof assetRecord>;
