/** One thing that is wrong with a definition. */
export interface Problem {
    /** JSON path, such as `$.steps[1].config.operators[0].args.from`. */
    path: string;
    message: string;
    hint?: string;
    /** A definition with errors cannot run; a warning says that it will probably not do what is wanted. */
    severity: 'ERROR' | 'WARNING';
}

export function problem(path: readonly PropertyKey[], message: string, hint?: string): Problem {
    return { path: jsonPath(path), message, ...(hint === undefined ? {} : { hint }), severity: 'ERROR' };
}

export function warning(path: readonly PropertyKey[], message: string, hint?: string): Problem {
    return { ...problem(path, message, hint), severity: 'WARNING' };
}

function jsonPath(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === 'number') return `${text}[${part}]`;
        const name = String(part);
        return /^[A-Za-z_$][\w$]*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
    }, '$');
}
