import { isJsonObject, type JsonObject, type JsonValue, replaceObjects, textOf } from '../../../shared/json';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import type { Fitted } from './fit-to-shop';

export interface ShopLanguages {
    /** That of the channel. */
    main: string;
    /** All that the shop has. */
    available: readonly string[];
}

/**
 * A known pipeline that names the language of its texts means the main one. Store views in languages that the shop lacks go
 * from the table, so that their rows are refused and not the products.
 */
export function fitLanguages(definition: PipelineDefinition, languages: ShopLanguages): Fitted {
    const written = definition.steps.find(({ config }) => config.languageCode !== undefined)?.config.languageCode;
    if (written === undefined) return { definition, notes: [] };
    const steps = definition.steps.map(step => {
        const config = withTables(step.config, languages) as JsonObject;
        return { ...step, config: config.languageCode ? { ...config, languageCode: languages.main } : config };
    });
    const notes = [
        `Texts that name no language are taken to be in "${languages.main}", the default language of the channel.`,
    ];
    return { definition: { ...definition, steps }, notes: written === languages.main ? [] : notes };
}

/** With the tables that tell the language of a store view. */
function withTables(value: JsonValue, languages: ShopLanguages): JsonValue {
    return replaceObjects(value, object => {
        const { values, target } = object;
        if (!isJsonObject(values) || !textOf(target).endsWith('languageCode')) return undefined;
        return { ...object, values: tableFor(values, languages) };
    });
}

function tableFor(table: JsonObject, { main, available }: ShopLanguages): JsonObject {
    const fitting = Object.entries(table).map(([view, code]) => [view, view === 'default' ? main : code!] as const);
    return Object.fromEntries(fitting.filter(([, code]) => available.includes(textOf(code))));
}
