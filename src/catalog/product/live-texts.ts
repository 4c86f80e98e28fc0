import type { EntityId } from '../sql/sql-session';
import type { LiveEntity } from '../undo/live-entities';
import type { LiveTranslation } from './live-catalog';
import type { TextOwner } from './product-texts';

/** An entity that was read whole, in the form in which texts and custom fields are compared. */
export function textOwner(entity: LiveEntity): TextOwner {
    const values: Record<string, unknown> = {};
    const translations = new Map<string, LiveTranslation>();
    for (const language of entity.languages) translations.set(language, { values: {} });
    for (const [path, value] of entity.values) {
        const [, language, property] = /^translations\.([^.]+)\.(.+)$/.exec(path) ?? [];
        if (language !== undefined && property !== undefined) translations.get(language)!.values[property] = value;
        else values[path] = value;
    }
    const relations = new Map<string, EntityId[]>();
    for (const [path, ids] of entity.links) {
        if (path.startsWith('customFields.')) relations.set(path.slice('customFields.'.length), ids);
    }
    return { id: entity.id, values, translations, relations };
}
