import { DataHubError, errorOfKind } from '../sdk/errors';
import { shown } from './target-url';

/**
 * What went wrong with a call of `address`, without its path: that of a webhook is often the key to it, and messages go to
 * logs.
 */
export function withoutPath(thrown: unknown, address: string): unknown {
    if (!(thrown instanceof DataHubError) || !URL.canParse(address)) return thrown;
    const url = new URL(address);
    const hidden = (text: string): string => text.replaceAll(shown(url), url.origin);
    const { kind, code, message, hint, place } = thrown;
    const got = typeof place.got === 'string' ? { got: hidden(place.got) } : {};
    // Without the cause: it would bring the path back.
    return errorOfKind(kind, code, hidden(message), hint, { ...place, ...got });
}
