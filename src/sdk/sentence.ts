/** A sentence in English and what fills its gaps: whoever shows it can look the template up in another language. */
export interface Sentence {
    /** Such as `The name of the column ends in "{part}".` */
    template: string;
    values: Readonly<Record<string, string | number>>;
}

export function sentence(template: string, values: Sentence['values'] = {}): Sentence {
    return { template, values };
}

/** In English. */
export function textOf({ template, values }: Sentence): string {
    return template.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));
}
