import type { ChangeSet } from '../../sdk/change-set';
import type { EntityId } from '../sql/sql-session';
import type { RunMemory } from './run-memory';

const CANDIDATES = 50;

/** Which slugs are taken, for those that a batch asks for. */
export class SlugBook {
    private readonly owners = new Map<string, EntityId[]>();

    constructor(private readonly memory: RunMemory) {}

    add(languageCode: string, slug: string, productId: EntityId): void {
        const key = `${languageCode} ${slug}`;
        const owners = this.owners.get(key);
        if (owners) owners.push(productId);
        else this.owners.set(key, [productId]);
    }

    /** Slugs that a change set gives up are free for later records of the batch; only once nothing of it is kept back. */
    release({ action, entities }: ChangeSet): void {
        if (action !== 'UPDATE') return;
        for (const { entityId, fields } of entities) {
            for (const { path, before } of fields) {
                if (typeof before !== 'string' || !path.endsWith('.slug')) continue;
                const key = `${path.slice('translations.'.length, -'.slug'.length)} ${before}`;
                const others = this.owners.get(key)?.filter(owner => String(owner) !== String(entityId));
                if (others) this.owners.set(key, others);
            }
        }
    }

    isFree(languageCode: string, slug: string, productId: EntityId | undefined, claimant: string): boolean {
        const owners = this.owners.get(`${languageCode} ${slug}`);
        if (owners?.some(owner => owner !== productId)) return false;
        return !this.memory.isClaimed(languageCode, slug, claimant);
    }

    /** The slug, or the first of its numbered forms that is free. `current` is the product's own and stays if it fits. */
    choose(
        languageCode: string,
        slug: string,
        current: string | undefined,
        productId: EntityId | undefined,
        claimant: string,
    ): string {
        if (this.isFree(languageCode, slug, productId, claimant))
            return this.claim(languageCode, slug, current, claimant);
        for (const candidate of numbered(slug)) {
            if (candidate === current || this.isFree(languageCode, candidate, productId, claimant)) {
                return this.claim(languageCode, candidate, current, claimant);
            }
        }
        return this.claim(languageCode, `${slug}-${claimant.replace(/\W+/g, '-')}`, current, claimant);
    }

    private claim(languageCode: string, slug: string, current: string | undefined, claimant: string): string {
        if (slug !== current) this.memory.claimSlug(languageCode, slug, claimant);
        return slug;
    }
}

/** `laptop-2`, `laptop-3`, …; a number at the end is counted up, not added to: the way Vendure makes slugs unique. */
export function numbered(slug: string): string[] {
    const stem = slug.replace(/-\d+$/, '');
    return Array.from({ length: CANDIDATES }, (_, i) => `${stem}-${i + 2}`);
}
