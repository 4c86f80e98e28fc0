import { UserError } from '../sdk/errors';

/** The address of a call, or a UserError that says what is wrong with it. Relative ones (redirects) need a `base`. */
export function parseTarget(text: string, base?: URL): URL {
    let url: URL;
    try {
        url = new URL(text, base);
    } catch {
        throw new UserError(
            'url-invalid',
            `"${text}" is not a web address.`,
            'Give a whole address, such as https://example.com/image.jpg.',
            { got: text },
        );
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new UserError(
            'url-protocol-not-allowed',
            `"${shown(url)}" cannot be called: only http and https are allowed.`,
            'Use an http or https address.',
            { got: shown(url) },
        );
    }
    if (url.username || url.password) {
        throw new UserError(
            'url-with-credentials',
            `The address of "${url.host}" holds a user name or password, which is not allowed.`,
            'Use an address that needs no login, such as a signed one.',
            { got: url.host },
        );
    }
    return url;
}

/** For messages: without query, which may hold a signature or key. */
export function shown(url: URL): string {
    return `${url.origin}${url.pathname}`;
}
