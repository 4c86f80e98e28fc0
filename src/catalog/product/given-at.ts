/**
 * What a record gives by fields of its own, then what it lists under `name`, each with where it stands in the record, for
 * messages: `prices[2].`, or nothing.
 */
export function givenAt<Own extends { at: string }, Listed extends object>(
    own: Own | undefined,
    list: readonly Listed[] | undefined,
    name: string,
): (Own | (Listed & { at: string }))[] {
    const given: (Own | (Listed & { at: string }))[] = own ? [own] : [];
    list?.forEach((each, i) => given.push({ ...each, at: `${name}[${i}].` }));
    return given;
}
