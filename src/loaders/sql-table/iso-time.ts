const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/;
const TIME = /^(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?$/;

export function isIsoDate(text: string): boolean {
    const match = DATE.exec(text);
    if (!match) return false;
    const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
    // The first years of the calendar are dates no shop has, and JavaScript takes them for others.
    if (year < 100) return false;
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function isIsoTime(text: string): boolean {
    const match = TIME.exec(text);
    return match !== null && Number(match[1]) < 24 && Number(match[2]) < 60 && Number(match[3] ?? 0) < 60;
}

/** Without the digits that a column does not keep: databases would round them, up to the next day or year. */
export function cutFraction(text: string, digits = 6): string {
    const [whole, fraction = ''] = text.split('.') as [string, string?];
    return fraction === '' || digits === 0 ? whole : `${whole}.${fraction.slice(0, digits)}`;
}

/**
 * `2026-02-01 10:30:00.123` in UTC of an ISO date or timestamp; one without a zone is taken for UTC. Databases disagree about
 * zones in texts: some forget them without a word. Undefined when it is none.
 */
export function utcTimestamp(text: string): string | undefined {
    if (isIsoDate(text)) return `${text} 00:00:00`;
    const match = TIMESTAMP.exec(text);
    if (!match) return undefined;
    const [, date, hour, minute, second = '00', fraction, zone] = match as unknown as string[];
    if (!isIsoDate(date!) || !isIsoTime(`${hour}:${minute}:${second}`)) return undefined;
    const behind = fraction ? `.${fraction.slice(0, 6)}` : '';
    if (!zone || zone === 'Z') return `${date} ${hour}:${minute}:${second}${behind}`;
    const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
    if (hours > 15 || minutes > 59) return undefined;
    const offsetMs = (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
    const local = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
    return new Date(local - offsetMs).toISOString().slice(0, 19).replace('T', ' ') + behind;
}
