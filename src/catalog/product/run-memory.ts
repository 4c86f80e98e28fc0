import { firstFreeCode, foldedName } from './names';

/** A batch in flight has read the database at most a few commits ago: at most 32 are in flight at once. */
const REMEMBERED_COMMITS = 64;
/** For processes that write batches of a run that another one owns: they hear of no commits. */
const MAX_REMEMBERED_SLUGS = 200_000;
const MAX_REMEMBERED_CODES = 200_000;

interface Claim {
    owner: string;
    /** Commits of the run when the slug was claimed. */
    commits: number;
}

/** What a loader remembers between the batches of one run. */
export class RunMemory {
    /** In the order of claiming. */
    private readonly slugs = new Map<string, Claim>();
    private commits = 0;
    /**
     * In a dry run: what earlier records would have created, as nothing of it can be found in the database, and which record
     * that was. A batch that is tried again must find its own plans as it found them first.
     */
    private readonly planned = new Map<string, string>();
    /** Names by the codes that this run has given to them; what else has the code made of a name bears another name. */
    private readonly namesByCode = new Map<string, string>();
    private isImagining = false;

    constructor(private readonly dryRun: boolean) {}

    /**
     * Slugs given away to records of this run. Batches in flight do not see each other's rows; those that have
     * committed are in the database, so only the latest need remembering, except in a dry run.
     */
    claimSlug(languageCode: string, slug: string, owner: string): void {
        if (this.isImagining) return;
        const key = `${languageCode} ${slug}`;
        this.slugs.delete(key);
        this.slugs.set(key, { owner, commits: this.commits });
        if (this.dryRun || this.slugs.size <= MAX_REMEMBERED_SLUGS) return;
        for (const [oldest] of this.slugs) {
            this.slugs.delete(oldest);
            break;
        }
    }

    isClaimed(languageCode: string, slug: string, owner: string): boolean {
        const claim = this.slugs.get(`${languageCode} ${slug}`);
        return claim !== undefined && claim.owner !== owner;
    }

    /** Forgets claims that every batch still to come finds in the database. */
    batchCommitted(): void {
        this.commits++;
        if (this.dryRun) return;
        for (const [key, claim] of this.slugs) {
            if (claim.commits + REMEMBERED_COMMITS >= this.commits) break;
            this.slugs.delete(key);
        }
    }

    /**
     * The first of the codes for `name` that nothing else within `scope` has: neither what `isTaken` knows, nor what this run has
     * given a code already, which another batch in flight may not have written yet.
     */
    giveCode(scope: string, name: string, isTaken: (code: string) => boolean): string {
        const code = firstFreeCode(name, each => this.isCodeOfOther(scope, each, name) || isTaken(each));
        if (!this.isImagining) this.noteCode(scope, code, name);
        return code;
    }

    noteCode(scope: string, code: string, name: string): void {
        if (this.namesByCode.size >= MAX_REMEMBERED_CODES) this.namesByCode.clear();
        this.namesByCode.set(`${scope}:${code}`, foldedName(name));
    }

    isCodeOfOther(scope: string, code: string, name: string): boolean {
        const owner = this.namesByCode.get(`${scope}:${code}`);
        return owner !== undefined && owner !== foldedName(name);
    }

    /** Decides about a record that is not loaded: nothing of it will be there, so later records must not rely on it. */
    imagine<T>(decide: () => T): T {
        this.isImagining = true;
        try {
            return decide();
        } finally {
            this.isImagining = false;
        }
    }

    plan(identity: string, owner: string): void {
        if (this.dryRun && !this.isImagining) this.planned.set(identity, owner);
    }

    isPlanned(identity: string, owner: string): boolean {
        const plannedBy = this.planned.get(identity);
        return plannedBy !== undefined && plannedBy !== owner;
    }
}
