import { edgesOf } from '../../../shared/edges';
import type { JsonObject, JsonValue } from '../../../shared/json';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import { type DataHubError, errorOfKind } from '../../sdk/errors';
import type { AdapterLookup } from '../adapter-lookup';
import { adapterSettings } from '../graph/step-settings';

/** A shorter text is no secret, and taking it out would garble a sentence. */
const minConcealed = 4;

interface Refused {
    record: JsonObject | null;
    raw?: string;
    error: DataHubError;
}

/**
 * Fields that no refused record keeps, by the step that refuses it: those that its loader, or one behind it, declares as
 * secret.
 */
export class SecretFields {
    private readonly names = new Map<string, ReadonlySet<string>>();

    constructor(definition: PipelineDefinition, loaderOf: AdapterLookup['loader']) {
        const edges = edgesOf(definition).filter(edge => !edge.dependencyOnly);
        for (const step of definition.steps) {
            if (step.type !== 'LOAD') continue;
            const { secretFields = [] } = loaderOf(adapterSettings(step).code);
            if (secretFields.length === 0) continue;
            const before = new Set([step.key]);
            for (const key of before) for (const { from, to } of edges) if (to === key) before.add(from);
            for (const key of before) {
                this.names.set(key, new Set([...(this.names.get(key) ?? []), ...secretFields.map(plain)]));
            }
        }
    }

    /** Without them, wherever in the record they stand; the error does not repeat what they held. */
    takenOutOf({ record, raw, error }: Refused, step: string): Refused {
        const names = this.names.get(step);
        const held: string[] = [];
        const kept = names && record && (without(record, names, held) as JsonObject);
        return kept && held.length > 0 ? { record: kept, error: concealed(error, held) } : { record, raw, error };
    }
}

/** Sources spell names in their own way: `Password`, `user.pass_word`. */
function plain(name: string): string {
    return name
        .slice(name.lastIndexOf('.') + 1)
        .toLowerCase()
        .replace(/[\s_-]/g, '');
}

function without(value: JsonValue, names: ReadonlySet<string>, held: string[]): JsonValue {
    if (Array.isArray(value)) return value.map(each => without(each, names, held));
    if (typeof value !== 'object' || value === null) return value;
    const kept: JsonObject = {};
    for (const [name, each] of Object.entries(value)) {
        if (names.has(plain(name))) held.push(typeof each === 'string' ? each : JSON.stringify(each));
        else kept[name] = without(each, names, held);
    }
    return kept;
}

function concealed(error: DataHubError, held: readonly string[]): DataHubError {
    // Sentences show texts as JSON.
    const texts = held
        .flatMap(text => [text, JSON.stringify(text).slice(1, -1)])
        .filter(text => text.length >= minConcealed);
    const conceal = (sentence: string): string => texts.reduce((rest, text) => rest.replaceAll(text, '…'), sentence);
    const { kind, code, message, hint, place } = error;
    const told = { message: conceal(message), hint: hint === undefined ? hint : conceal(hint) };
    if (told.message === message && told.hint === hint) return error;
    const { got: _, ...where } = place;
    return errorOfKind(kind, code, told.message, told.hint, where);
}
