import { Problem, problem } from './problem';

/** Whether it can be called at all; which addresses are allowed is decided at the moment of the call. */
export function urlProblems(url: unknown, path: readonly PropertyKey[]): Problem[] {
    if (typeof url !== 'string' || isHttpUrl(url)) return [];
    return [problem(path, `"${url}" is not an address that can be called.`, 'Write it as https://example.com/path.')];
}

const isHttpUrl = (text: string): boolean => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
