/** What a cell's number format says about its number. */
export type NumberKind =
    | { kind: 'NUMBER' }
    | { kind: 'DATE' }
    | { kind: 'TIME' }
    | { kind: 'DATE_TIME' }
    /** Hours beyond a day, such as 26:30. */
    | { kind: 'DURATION' }
    /** `00000`: leading zeros are shown, so they belong to the value. */
    | { kind: 'PADDED'; digits: number };

const NUMBER: NumberKind = { kind: 'NUMBER' };
const MS_PER_DAY = 86_400_000;

/** `formatCode` is known for ids that the workbook defines itself. */
export function numberKind(formatId: number, formatCode: string | undefined): NumberKind {
    if (formatCode !== undefined) return kindOfCode(formatCode);
    if ((formatId >= 14 && formatId <= 17) || (formatId >= 27 && formatId <= 31) || formatId === 36)
        return { kind: 'DATE' };
    if (formatId >= 50 && formatId <= 58) return { kind: 'DATE' };
    if ((formatId >= 18 && formatId <= 21) || formatId === 45 || formatId === 47 || (formatId >= 32 && formatId <= 35))
        return { kind: 'TIME' };
    if (formatId === 22) return { kind: 'DATE_TIME' };
    if (formatId === 46) return { kind: 'DURATION' };
    return NUMBER;
}

function kindOfCode(code: string): NumberKind {
    const first = code.split(';')[0]!;
    const padded = /^(0{2,})$/.exec(first);
    if (padded) return { kind: 'PADDED', digits: padded[1]!.length };
    if (/\[(h+|m+|s+)\]/i.test(first)) return { kind: 'DURATION' };
    // Quoted and escaped text, colours, conditions and padding are not part of the pattern.
    const pattern = first.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').toLowerCase();
    const hasTime = /[hs]/.test(pattern);
    const hasDate = /[yd]/.test(pattern) || (/m/.test(pattern) && !hasTime);
    if (hasDate && hasTime) return { kind: 'DATE_TIME' };
    if (hasDate) return { kind: 'DATE' };
    return hasTime ? { kind: 'TIME' } : NUMBER;
}

/** A cell's number as its format shows it: dates as ISO text without zone, `00000` with its zeros, else the number. */
export function valueOf(raw: string, kind: NumberKind, date1904: boolean): number | string {
    const number = Number(raw);
    // Spreadsheets store doubles but show and mean 15 digits: 19.989999999999998 is 19.99.
    if (!Number.isFinite(number)) return raw;
    const meant = Number(number.toPrecision(15));
    if (kind.kind === 'NUMBER') return meant;
    if (kind.kind === 'PADDED')
        return Number.isInteger(meant) && meant >= 0 ? String(meant).padStart(kind.digits, '0') : meant;
    if (kind.kind === 'DURATION') return durationText(meant);
    if (meant < 0 || meant >= 2_958_466) return meant;
    const iso = isoText(meant, date1904);
    if (kind.kind === 'TIME') return meant < 1 ? iso.slice(11) : iso;
    // A date format may hide a time that is there; a time of midnight says nothing under a date format.
    return kind.kind === 'DATE' && iso.endsWith('T00:00:00') ? iso.slice(0, 10) : iso;
}

function isoText(serial: number, date1904: boolean): string {
    // Spreadsheets count a 29 February 1900 that never was: before it, days are one off.
    const days = date1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
    const ms = Math.round((days - 25_569) * MS_PER_DAY);
    const text = new Date(ms).toISOString();
    return text.endsWith('.000Z') ? text.slice(0, 19) : text.slice(0, 23);
}

function durationText(days: number): string {
    const seconds = Math.round(Math.abs(days) * 86_400);
    const two = (value: number) => String(value).padStart(2, '0');
    return `${days < 0 ? '-' : ''}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
