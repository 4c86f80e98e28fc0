import type { UserError } from '../sdk/errors';

/** What is wrong and what to do, as people read it. */
export function sentenceOf({ message, hint }: Pick<UserError, 'message' | 'hint'>): string {
    return [message, hint].filter(Boolean).join(' ');
}
