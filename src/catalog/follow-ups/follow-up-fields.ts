import { field } from '../../sdk/field';

/** Settings of loaders that let Vendure and its plugins know, see FollowUpPolicy. */
export const followUpFields = {
    events: field
        .choice(
            'Events',
            'Which of Vendure’s events are published after a batch is committed.',
            {
                BATCH: 'Those that the search index and most plugins need, for many variants at once.',
                ALL: 'Also one for each product, facet and facet value, and for the first stock of new variants.',
                NONE: 'None; other plugins do not learn of the change.',
            },
            { advanced: true },
        )
        .default('BATCH'),
    searchIndex: field
        .choice(
            'Search index',
            'How the search index follows; DIRECT if absent and DefaultSearchPlugin is installed, else EVENTS.',
            {
                DIRECT: 'The index of DefaultSearchPlugin is written right after each batch; as EVENTS in a shop without it.',
                EVENTS: 'Through the events, variant by variant.',
                REINDEX: 'By one reindex of the affected channels after the run; quicker when much has changed.',
                NONE: 'Not at all.',
            },
            { advanced: true },
        )
        .optional(),
};
