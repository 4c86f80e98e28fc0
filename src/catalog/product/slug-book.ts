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
