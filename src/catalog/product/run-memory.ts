const MAX_CLAIMED_SLUGS = 200_000;

/** What a loader remembers between the batches of one run. */
export class RunMemory {
    private readonly slugs = new Map<string, string>();
    /** In a dry run: what earlier batches would have created, as nothing of it can be found in the database. */
    private readonly planned = new Set<string>();

    constructor(private readonly dryRun: boolean) {}

    /**
     * Slugs given away to records of this run. Batches in flight do not see each other's rows; those that have
     * committed are in the database, so only the latest need remembering, except in a dry run.
     */
    claimSlug(languageCode: string, slug: string, owner: string): void {
        this.slugs.set(`${languageCode} ${slug}`, owner);
        if (this.dryRun || this.slugs.size <= MAX_CLAIMED_SLUGS) return;
        this.slugs.delete(this.slugs.keys().next().value!);
    }

    isClaimed(languageCode: string, slug: string, owner: string): boolean {
        const claimedBy = this.slugs.get(`${languageCode} ${slug}`);
        return claimedBy !== undefined && claimedBy !== owner;
    }

    plan(identity: string): void {
        if (this.dryRun) this.planned.add(identity);
    }

    isPlanned(identity: string): boolean {
        return this.planned.has(identity);
    }
}
