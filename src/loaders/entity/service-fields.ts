import { LIST_MODES } from '../../catalog/product/list-mode';
import { field } from '../../sdk/field';

/** What loaders over Vendure's services have in common. `keys` are what a record can be found by, the usual one first. */
export function matching<const K extends Record<string, string>>(keys: K) {
    const choices = { ...keys, id: 'By the id in the database.' };
    return {
        strategy: field
            .choice('Strategy', 'What may happen.', {
                UPSERT: 'Creates what is missing and updates what exists.',
                CREATE: 'Only creates; a record for something that exists is rejected.',
                UPDATE: 'Only updates; a record for something that does not exist is rejected.',
            })
            .default('UPSERT'),
        matchBy: field
            .choice('Match by', 'How what a record means is found.', choices)
            .default(Object.keys(keys)[0] as never),
    };
}

/** The same for entities with custom fields. */
export function matchingWithCustomFields<const K extends Record<string, string>>(keys: K) {
    return {
        ...matching({ ...keys, customField: 'By a custom field, see matchField.' }),
        matchField: field
            .text('Match field', 'Custom field to match by, with matchBy customField.', { example: 'erpId' })
            .optional(),
    };
}

/** How a set of a record meets the one that is there. */
export const mode = (label: string, description: string) =>
    field.choice(label, description, LIST_MODES).default('MERGE');

export const channelFields = {
    channel: field
        .text('Channel', 'Code of the channel to work in; the channel of the run if absent.', { example: 'b2b' })
        .optional(),
    channelsMode: mode(
        'Channels',
        'How the channels of a record meet those that are there; the default channel always stays.',
    ),
};

export const languageField = {
    languageCode: field
        .text('Language', 'Language of the texts at the top level of a record; that of the run or channel if absent.', {
            example: 'en',
        })
        .optional(),
};
