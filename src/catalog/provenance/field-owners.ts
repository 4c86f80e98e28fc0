import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { splitPath } from '../product/vocabulary';
import type { RepeatSettings } from './settings';

export type FieldOwner = 'SOURCE' | 'SHOP';

interface Owned {
    owner: FieldOwner;
    entityType?: string;
    parts: readonly string[];
}

/** Who may change a field, where the settings say so: `description`, `customFields.erpId`, `ProductVariant.prices`. */
export class FieldOwners {
    private readonly owned: Owned[];
    private readonly known = new Map<string, FieldOwner | undefined>();

    constructor(settings: Pick<RepeatSettings, 'ownedBySource' | 'ownedByShop'>, entityTypes: readonly string[]) {
        const read = (owner: FieldOwner, names: readonly string[] = []): Owned[] =>
            names.map(name => {
                const parts = splitPath(name);
                return entityTypes.includes(parts[0]!)
                    ? { owner, entityType: parts[0]!, parts: parts.slice(1) }
                    : { owner, parts };
            });
        this.owned = [...read('SHOP', settings.ownedByShop), ...read('SOURCE', settings.ownedBySource)];
        const twice = settings.ownedBySource?.find(name => settings.ownedByShop?.includes(name));
        if (twice === undefined) return;
        throw new UserError(
            'field-owned-twice',
            `ownedBySource and ownedByShop both name "${twice}".`,
            'Leave it in one of the two.',
            { field: 'ownedByShop', got: twice },
        );
    }

    get isEmpty(): boolean {
        return this.owned.length === 0;
    }

    /** A longer name is the more precise one; of two alike the shop is the careful choice. */
    ownerOf(entityType: string, path: string): FieldOwner | undefined {
        if (this.isEmpty) return undefined;
        const key = `${entityType} ${path}`;
        if (!this.known.has(key)) {
            if (this.known.size > 10_000) this.known.clear();
            this.known.set(key, this.find(entityType, splitPath(path)));
        }
        return this.known.get(key);
    }

    /** Names that no field of these entities has are slips of the pen. `fieldsOf`: first parts of paths and texts. */
    assertKnown(fieldsOf: (entityType: string | undefined) => ReadonlySet<string>): void {
        for (const { owner, entityType, parts } of this.owned) {
            const fields = fieldsOf(entityType);
            if (fields.has(parts[0]!)) continue;
            const field = owner === 'SHOP' ? 'ownedByShop' : 'ownedBySource';
            const got = [...(entityType === undefined ? [] : [entityType]), ...parts].join('.');
            throw new UserError(
                'unknown-owned-field',
                `${field}: plans know no field "${got}".`,
                didYouMean(parts[0] ?? '', fields),
                { field, got },
            );
        }
    }

    private find(entityType: string, path: readonly string[]): FieldOwner | undefined {
        // `translations.de.name` is called `name` in any language.
        const names = path[0] === 'translations' ? [path, path.slice(2)] : [path];
        let best: Owned | undefined;
        for (const owned of this.owned) {
            if (owned.entityType !== undefined && owned.entityType !== entityType) continue;
            if (!names.some(name => owned.parts.every((part, i) => name[i] === part))) continue;
            if (!best || owned.parts.length > best.parts.length) best = owned;
        }
        return best?.owner;
    }
}
