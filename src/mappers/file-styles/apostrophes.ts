/** An apostrophe keeps a spreadsheet from running text as a formula, or from taking off leading zeros. It is not a part of the text. */
export const withoutApostrophe = (paths: readonly string[], before = '-+=@'): object => ({
    op: 'replace',
    args: { paths, search: `^'([${before}])`, with: '$1', mode: 'PATTERN' },
});
