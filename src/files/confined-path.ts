import { isAbsolute, sep } from 'node:path';
import { UserError } from '../sdk/errors';

/** Refuses what cannot be a path inside a folder, before anything is looked up. `example` is shown in the hint. */
export function refuseEscapes(path: string, folder: string, example: string): void {
    const because =
        isAbsolute(path) || /^[A-Za-z]:[\\/]/.test(path)
            ? `paths are relative to the configured ${folder}`
            : path.split(/[\\/]/).includes('..')
              ? '".." would lead out of its folder'
              : path.includes('\0')
                ? 'it contains a NUL character'
                : path.trim() === ''
                  ? 'it is empty'
                  : undefined;
    if (because === undefined) return;
    throw new UserError(
        'file-path-refused',
        `The path "${path.replaceAll('\0', '\\0')}" is refused because ${because}.`,
        `Give a path inside the ${folder}, such as "${example}".`,
        { file: path },
    );
}

export function isInside(root: string, path: string): boolean {
    return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

export function codeOf(error: unknown): string | undefined {
    return (error as NodeJS.ErrnoException | undefined)?.code;
}
