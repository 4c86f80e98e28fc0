/** What stands for no image at all. */
export const withoutNoSelection = {
    op: 'replace',
    args: { paths: ['base_image'], search: '^no_selection$', mode: 'PATTERN' },
};

/**
 * Magento writes days in the language of whoever exports: 5/31/26 in American English, which times with AM or PM tell. In any
 * other language it would be a guess.
 */
export const americanDates = (paths: readonly string[], where: readonly object[]): object => ({
    op: 'when',
    args: {
        if: { all: [...where, { field: 'created_at', matches: '[AP]M$' }] },
        then: [
            {
                op: 'replace',
                args: { paths, search: '^(\\d{1,2})/(\\d{1,2})/(\\d{2})$', with: '20$3-0$1-0$2', mode: 'PATTERN' },
            },
            { op: 'replace', args: { paths, search: '-0(\\d{2})', with: '-$1', mode: 'PATTERN' } },
        ],
    },
});

/** With the enclosure of fields each item of a list has quotes of its own: "Cotton"|"Wool". */
export const enclosedLists = {
    op: 'when',
    args: {
        if: { field: 'value', contains: '"|"' },
        then: [
            { op: 'replace', args: { paths: ['value'], search: '"|"', with: '|' } },
            { op: 'replace', args: { paths: ['value'], search: '^"|"$', mode: 'PATTERN' } },
            { op: 'replace', args: { paths: ['value'], search: '""', with: '"' } },
        ],
    },
};
