const ISO_DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?$/;

/** Some databases take years before that, and give others back. */
export const EARLIEST_INSTANT = Date.UTC(1000, 0);

/**
 * Milliseconds of an ISO date; without a time zone it is UTC. What JavaScript alone would make of a text is a guess: it reads
 * 12.05.2026 as 5 December.
 */
export function instantOf(text: string): number | undefined {
    const match = ISO_DATE.exec(text);
    if (!match) return undefined;
    const withZone = match[1] === undefined || match[4] !== undefined ? text : `${text}Z`;
    const instant = Date.parse(withZone.replace(' ', 'T'));
    // JavaScript rolls 31 February over into March.
    const isRealDay = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));
    return Number.isNaN(instant) || !isRealDay ? undefined : instant;
}
