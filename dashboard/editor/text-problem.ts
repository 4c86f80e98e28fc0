import { jsonLanguage } from '@codemirror/lang-json';
import { parsePath, rangeOf, type Range } from './json-tree';

/** What the server says about a definition. */
export interface Problem {
    path: string;
    message: string;
    hint?: string | null;
    severity: 'ERROR' | 'WARNING';
}

/** A problem with its place in a text. */
export interface TextProblem extends Problem {
    range: Range;
    line: number;
}

/** Where problems are in a text: errors before warnings, each from top to bottom. */
export function placed(text: string, problems: readonly Problem[]): TextProblem[] {
    return problems
        .map(problem => withRange(text, problem, rangeOf(text, parsePath(problem.path))))
        .sort((a, b) => a.severity.localeCompare(b.severity) || a.range.from - b.range.from);
}

/** What keeps a text from being JSON at all, at the first place that cannot be understood; undefined when it is JSON. */
export function syntaxProblem(text: string): TextProblem | undefined {
    try {
        JSON.parse(text);
        return undefined;
    } catch (error) {
        const range = firstError(text);
        return withRange(text, { path: '$', message: (error as Error).message, severity: 'ERROR' }, range);
    }
}

/** The worst problem of each step, by its key. */
export function problemsBySteps(
    steps: readonly { key: string }[],
    problems: readonly Problem[],
): Record<string, 'ERROR' | 'WARNING'> {
    const worst: Record<string, 'ERROR' | 'WARNING'> = {};
    for (const { path, severity } of problems) {
        const [area, index] = parsePath(path);
        const key = area === 'steps' ? steps[index as number]?.key : undefined;
        if (key !== undefined && worst[key] !== 'ERROR') worst[key] = severity;
    }
    return worst;
}

function firstError(text: string): Range {
    let found: Range | undefined;
    jsonLanguage.parser.parse(text).iterate({
        enter: ({ type, from, to }) => {
            if (type.isError) found ??= { from, to };
            return !found;
        },
    });
    return found ?? { from: 0, to: text.length };
}

function withRange(text: string, problem: Problem, range: Range): TextProblem {
    return { ...problem, range, line: text.slice(0, range.from).split('\n').length };
}
