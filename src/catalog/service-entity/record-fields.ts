import { z } from 'zod';
import { customFields, entityId, filledText, languageCode, listOf, text } from '../field-kinds';

/** What records of all such entities may hold besides. */
export const common = { id: entityId.optional(), customFields: customFields.optional() };

/** Texts in the language of the run, and in others. */
export const translated = (name: z.ZodType, description?: z.ZodType) => ({
    name: name.optional(),
    ...(description ? { description: description.optional() } : {}),
    translations: listOf(
        z.looseObject({
            languageCode,
            name: name.optional(),
            ...(description ? { description: description.optional() } : {}),
            customFields: customFields.optional(),
        }),
        'Texts in further languages.',
    ).optional(),
});

export const nameText = filledText('Name.');
export const descriptionText = text('Description; null or empty text for none.').nullable();

const argument = z.union([z.string(), z.number(), z.boolean(), z.array(z.json()), z.null()], {
    error: 'must be text, a number, true, false or a list; ids are those of the database',
});

export const operationField = (description: string) =>
    z
        .looseObject(
            {
                code: filledText('Code of the operation, as the shop’s configuration has it.'),
                args: z.record(z.string(), argument).optional().meta({ description: 'Arguments by name.' }),
            },
            { error: 'must be an operation; give { code, args: { name: value } }' },
        )
        .meta({ description });

export const keysField = (description: string) => listOf(filledText('Natural key.'), description);
