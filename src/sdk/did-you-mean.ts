/** Comparing costs length times length, and what was given may come from anywhere. */
const MAX_COMPARED_LENGTH = 60;
const MAX_COMPARED_NAMES = 200;
const MAX_LISTED_NAMES = 50;

/** The nearest of the known names, if one is near enough to be a slip of the pen. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
    if (given.length > MAX_COMPARED_LENGTH) return undefined;
    let best: string | undefined;
    let compared = 0;
    let bestDistance = Infinity;
    const wanted = given.toLowerCase();
    for (const name of known) {
        if (name.length > 2 * MAX_COMPARED_LENGTH) continue;
        if (++compared > MAX_COMPARED_NAMES) break;
        const distance = editDistance(wanted, name.toLowerCase());
        if (distance < bestDistance) [best, bestDistance] = [name, distance];
    }
    return bestDistance <= Math.max(1, Math.floor(given.length / 3)) ? best : undefined;
}

/** `Did you mean "rename"?`, or the list of what is known when nothing is near. */
export function didYouMean(given: string, known: Iterable<string>): string {
    const names = [...known].sort();
    const near = nearest(given, names);
    if (near !== undefined) return `Did you mean "${near}"?`;
    if (names.length === 0) return 'None are known here.';
    const left = names.length - MAX_LISTED_NAMES;
    return `Known are: ${names.slice(0, MAX_LISTED_NAMES).join(', ')}${left > 0 ? ` and ${left} more` : ''}.`;
}

/** Insertions, deletions, replacements and swapped neighbours count one each. */
function editDistance(a: string, b: string): number {
    let beforeLast: number[] = [];
    let last = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const row = [i];
        for (let j = 1; j <= b.length; j++) {
            const cost = a[i - 1] === b[j - 1] ? 0 : 1;
            let distance = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost);
            if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
                distance = Math.min(distance, beforeLast[j - 2]! + 1);
            }
            row.push(distance);
        }
        [beforeLast, last] = [last, row];
    }
    return last[b.length]!;
}
