import { UserError } from '../../sdk/errors';

export interface Day {
    /** yyyy-MM-dd */
    date: string;
    /** Its first instant in the time zone. */
    begin: Date;
}

/** The day of `now` in the time zone and those before it, oldest first. */
export function lastDays(count: number, timeZone: string, now: Date): Day[] {
    const format = formatIn(timeZone);
    const [year, month, day] = format(now).split('-').map(Number) as [number, number, number];
    return Array.from({ length: count }, (_, index) => {
        const noonUtc = new Date(Date.UTC(year, month - 1, day - (count - 1 - index), 12));
        const date = noonUtc.toISOString().slice(0, 10);
        return { date, begin: firstInstantOf(date, noonUtc, format) };
    });
}

const minuteMs = 60_000;

/** Clocks change at some midnights, so the beginning is looked for: no zone is more than 15 hours away from UTC. */
function firstInstantOf(date: string, noonUtc: Date, format: (instant: Date) => string): Date {
    let before = noonUtc.getTime() - 30 * 60 * minuteMs;
    let within = noonUtc.getTime() + 15 * 60 * minuteMs;
    while (within - before > minuteMs) {
        const middle = before + Math.floor((within - before) / 2 / minuteMs) * minuteMs;
        if (format(new Date(middle)) >= date) within = middle;
        else before = middle;
    }
    return new Date(within);
}

function formatIn(timeZone: string): (instant: Date) => string {
    try {
        // Swedes write dates as ISO 8601 does.
        const format = new Intl.DateTimeFormat('sv-SE', {
            timeZone,
            year: 'numeric',
            month: '2-digit',
            day: '2-digit',
        });
        return instant => format.format(instant);
    } catch {
        throw new UserError(
            'time-zone-unknown',
            `There is no time zone "${timeZone.slice(0, 100)}".`,
            'Give its name in the IANA list, such as Europe/Berlin.',
        );
    }
}
