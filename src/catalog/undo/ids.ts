import type { ID } from '@vendure/core';

/** The ledger holds ids as text; databases with number ids want numbers. */
export function idFromRow(text: string): ID {
    return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
