import { I18nError, isGraphQlErrorResult, type RequestContext } from '@vendure/core';
import { createRequire } from 'node:module';
import { textOf } from '../../../shared/json';
import { ErrorPlace, UserError } from '../../sdk/errors';

/** As text: what Vendure's services throw and answer are keys, which its API translates when it answers a request. */
type Translate = (key: string, variables?: object) => string;

let vendures: Translate | undefined;

/** From where Vendure is installed, as only there it is sure to be the very instance that Vendure has filled. */
function translate(key: string, variables: object = {}): string {
    if (!vendures) {
        const i18next = createRequire(require.resolve('@vendure/core'))('i18next') as { t: Translate };
        vendures = (...args) => i18next.t(...args);
    }
    return vendures(key, { lng: 'en', ...variables });
}

/** A copy whose services say their reasons in words, as there is no request whose language they could speak. */
export function speaking(ctx: RequestContext): RequestContext {
    return Object.defineProperty(ctx.copy(), 'translate', { value: translate });
}

/** What Vendure refuses with a reason is the record's fault; everything else is given back as it is. */
export function refusalOf(thrown: unknown, what: string, place: ErrorPlace = {}): unknown {
    if (!(thrown instanceof I18nError)) return thrown;
    return refused(what, translate(thrown.message, thrown.variables), place, thrown);
}

/** ErrorResults, and deletions that did not take place. */
export function assertDone(answer: unknown, what: string): void {
    const { result, message, __typename, ...variables } = (answer ?? {}) as Record<string, unknown>;
    if (result === 'NOT_DELETED')
        throw refused(what, typeof message === 'string' && message !== '' ? message : 'it cannot be deleted');
    if (typeof answer !== 'object' || answer === null || !isGraphQlErrorResult(answer as never)) return;
    throw refused(what, translate(`errorResult.${textOf(message)}`, variables));
}

function refused(what: string, reason: string, place: ErrorPlace = {}, cause?: unknown): UserError {
    const sentence = reason.endsWith('.') ? reason : `${reason}.`;
    return new UserError(
        'refused-by-vendure',
        `${what} is refused by Vendure: ${sentence}`,
        'Change the record so that the Admin API would take it.',
        place,
        { cause },
    );
}
