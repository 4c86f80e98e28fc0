/** The output of a step, as settings of an operator such as `join` name it: `$.steps.prices.output`. */
const OUTPUT_PATH = /^\$\.steps\.(.+)\.output$/;

/** Key of the step that an output path names; undefined when the text is no output path. */
export function stepOfOutputPath(path: unknown): string | undefined {
    return typeof path === 'string' ? OUTPUT_PATH.exec(path)?.[1] : undefined;
}

/** A step that an operator of another step reads besides the records that flow to it. */
export interface SideInput {
    /** Key of the step that is read. */
    from: string;
    /** Position of the operator in the list of its step. */
    operator: number;
}

/** The setting `rightDataPath` of any operator counts, custom ones included. Tolerates settings of any shape. */
export function sideInputsOf({ config }: { config: Record<string, unknown> }): SideInput[] {
    const operators: unknown[] = Array.isArray(config['operators']) ? config['operators'] : [];
    return operators.flatMap((operator, i) => {
        const { args } = (operator ?? {}) as { args?: { rightDataPath?: unknown } | null };
        const from = stepOfOutputPath(args?.rightDataPath);
        return from === undefined ? [] : [{ from, operator: i }];
    });
}
