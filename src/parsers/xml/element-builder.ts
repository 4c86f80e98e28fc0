import { JsonObject, JsonValue } from '../../../shared/json';
import { EmptyCells } from '../parsing';

interface OpenElement {
    name: string;
    fields: JsonObject;
    text: string;
    /** From the first CDATA to the end of the last one; undefined when there is none. */
    cdata: [from: number, to: number] | undefined;
    isNil: boolean;
}

/**
 * An XML element as JSON: attributes become `@name`, children become fields, repeated children become a list, text
 * beside attributes or children becomes `#text`. An element that holds text only becomes that text, without the blanks
 * around it (CDATA keeps them). `xsi:nil="true"` becomes null. All values are text.
 */
export class ElementBuilder {
    private readonly open: OpenElement[] = [];
    depth = 0;

    constructor(private readonly emptyElements: EmptyCells) {}

    start(name: string, attributes: Record<string, string>): void {
        this.depth++;
        const fields: JsonObject = {};
        let isNil = false;
        for (const [attribute, value] of Object.entries(attributes)) {
            if (attribute === 'xsi:nil') isNil = value === 'true' || value === '1';
            else if (attribute !== 'xmlns' && !attribute.startsWith('xmlns:')) fields[`@${attribute}`] = value;
        }
        this.open.push({ name, fields, text: '', cdata: undefined, isNil });
    }

    text(text: string): void {
        this.open.at(-1)!.text += text;
    }

    cdata(text: string): void {
        const element = this.open.at(-1)!;
        const from = element.cdata?.[0] ?? element.text.length;
        element.text += text;
        element.cdata = [from, element.text.length];
    }

    /** The whole record when its own element ends. */
    end(): JsonObject | undefined {
        this.depth--;
        const element = this.open.pop()!;
        const text = withoutBlanks(element);
        const parent = this.open.at(-1);
        if (!parent) {
            if (text !== '') element.fields['#text'] = text;
            return element.fields;
        }
        if (element.isNil) addChild(parent.fields, element.name, null);
        else if (Object.keys(element.fields).length > 0) {
            if (text !== '') element.fields['#text'] = text;
            addChild(parent.fields, element.name, element.fields);
        } else if (text !== '' || element.cdata || this.emptyElements === 'TEXT')
            addChild(parent.fields, element.name, text);
        else if (this.emptyElements === 'NULL') addChild(parent.fields, element.name, null);
        return undefined;
    }
}

/** Those of a CDATA belong to the text; those that stand between it and the tags are the layout of the file. */
function withoutBlanks({ text, cdata }: OpenElement): string {
    if (!cdata) return text.trim();
    const [from, to] = cdata;
    return text.slice(0, from).trimStart() + text.slice(from, to) + text.slice(to).trimEnd();
}

function addChild(fields: JsonObject, name: string, value: JsonValue): void {
    const present = Object.prototype.hasOwnProperty.call(fields, name) ? fields[name] : undefined;
    if (present === undefined) {
        // Assigning to `__proto__` would change the object instead of filling a field.
        Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
    } else if (Array.isArray(present)) present.push(value);
    else fields[name] = [present, value];
}
