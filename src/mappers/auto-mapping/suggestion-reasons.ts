import type { ColumnProfile } from '../profile/column-profile';

/** Why a column goes to a field, or why perhaps not. The dashboard says them in the language of whoever reads. */
export const REASONS = {
    sameName: 'The column is called like the field.',
    usualName: '“{column}” is a usual name for it.',
    ending: 'The name of the column ends in “{part}”.',
    emails: 'Its values are e-mail addresses.',
    images: 'Its values are images.',
    prices: 'Its values look like prices.',
    slugs: 'Its values look like slugs.',
    html: 'Its values hold HTML.',
    skus: 'Its values look like article numbers, and no two are the same.',
    empty: 'Its cells are empty in the sample.',
} as const;

/** Of values that do not go together with the field. */
export const MISFITS: Readonly<Record<Exclude<ColumnProfile['type'], 'EMPTY'>, string>> = {
    TEXT: 'Its values are text, though.',
    INTEGER: 'Its values are whole numbers, though.',
    DECIMAL: 'Its values are decimal numbers, though.',
    BOOLEAN: 'Its values are yes and no, though.',
    DATE: 'Its values are dates, though.',
    LIST: 'Its values are lists, though.',
    OBJECT: 'Its values are objects, though.',
};
