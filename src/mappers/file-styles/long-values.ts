/** Leaves out an attribute that is a whole text: names of facet values have 255 characters at most. */
export const withoutLongValue = {
    op: 'when',
    args: {
        if: { field: 'value', matches: '^[\\s\\S]{256}' },
        then: [{ op: 'drop', args: { reason: 'the attribute is longer than the name of a facet value can be' } }],
    },
};
