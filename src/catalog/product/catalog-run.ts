import { ConfigService, CustomFieldConfig, LanguageCode, RequestContext, SlugService } from '@vendure/core';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import { AssetFailures, type OnAssetFailure } from '../assets/asset-failures';
import type { CatalogHost } from '../catalog-scope';
import { CatalogFacts, ChannelFacts } from './catalog-facts';
import { codeFor } from './codes';
import { CustomFieldRule, CustomFieldRules } from './custom-field-rules';
import { FacetDirectory } from './facet-directory';
import type { ListMode } from './list-mode';
import { RunMemory } from './run-memory';

export type Strategy = 'CREATE' | 'UPDATE' | 'UPSERT';

export interface CatalogOptions {
    strategy: Strategy;
    channel?: string;
    languageCode?: string;
    facetValuesMode: ListMode;
    assetsMode: ListMode;
    createFacets: boolean;
    onAssetFailure?: OnAssetFailure;
}

/** What one loader knows for a whole run: settings, small tables, custom fields, and what it has learnt on the way. */
export class CatalogRun {
    readonly memory: RunMemory;
    readonly assetFailures: AssetFailures;
    private facetDirectory: FacetDirectory;
    private readonly slugs = new Map<string, string>();
    private readonly furtherRules = new Map<string, CustomFieldRules>();

    private constructor(
        private readonly host: CatalogHost,
        readonly options: CatalogOptions,
        readonly facts: CatalogFacts,
        readonly channel: ChannelFacts,
        readonly languageCode: string,
        readonly productRules: CustomFieldRules,
        readonly variantRules: CustomFieldRules,
        private readonly slugsOf: string,
    ) {
        this.memory = new RunMemory(host.dryRun);
        this.facetDirectory = new FacetDirectory(this.memory, languageCode);
        this.assetFailures = new AssetFailures(options.onAssetFailure);
    }

    /** `slugsOf` is the entity whose slugs the shop's strategy makes. */
    static async start(host: CatalogHost, options: CatalogOptions, slugsOf = 'Product'): Promise<CatalogRun> {
        const { ctx, injector } = host;
        const facts = await CatalogFacts.load(injector, ctx);
        const channel = options.channel
            ? facts.channel(options.channel, 'channel')
            : (facts.channelOf(ctx.channelId) ?? facts.defaultChannel);
        const languageCode = options.languageCode ?? (options.channel ? channel.languageCode : ctx.languageCode);
        facts.assertLanguage(languageCode, 'languageCode');
        const { customFields } = injector.get(ConfigService);
        const mayWrite = (field: CustomFieldConfig) => userMayWrite(ctx, field);
        return new CatalogRun(
            host,
            options,
            facts,
            channel,
            languageCode,
            new CustomFieldRules(customFields.Product ?? [], mayWrite),
            new CustomFieldRules(customFields.ProductVariant ?? [], mayWrite),
            slugsOf,
        );
    }

    /** Custom fields of an entity besides products and variants. */
    rulesOf(entityType: string): CustomFieldRules {
        let rules = this.furtherRules.get(entityType);
        if (!rules) {
            const customFields: Record<string, CustomFieldConfig[] | undefined> =
                this.injector.get(ConfigService).customFields;
            rules = new CustomFieldRules(customFields[entityType] ?? [], field => userMayWrite(this.ctx, field));
            this.furtherRules.set(entityType, rules);
        }
        return rules;
    }

    /**
     * A batch asks once and keeps it: what makes the run forget may be another batch, while this one is between reading
     * and deciding.
     */
    get facets(): FacetDirectory {
        if (this.facetDirectory.isFull) this.forgetFacets();
        return this.facetDirectory;
    }

    /** The next batch looks again. */
    forgetFacets(): void {
        this.facetDirectory = new FacetDirectory(this.memory, this.languageCode);
    }

    get inDefaultChannel(): boolean {
        return this.channel.id === this.facts.defaultChannel.id;
    }

    /** Custom fields by which records are matched are columns of the entity. */
    matchColumn(rules: CustomFieldRules, name: string | undefined, field: string): `customFields.${string}` {
        return matchColumn(rules, name, field);
    }

    /** The slug that the shop's own strategy makes of a name. */
    async makeSlug(name: string): Promise<string> {
        const known = this.slugs.get(name);
        if (known !== undefined) return known;
        const slug = await this.host.injector
            .get(SlugService)
            .generate(this.slugContext(), { value: name, entityName: this.slugsOf, fieldName: 'slug' });
        if (this.slugs.size > 50_000) this.slugs.clear();
        this.slugs.set(name, slug || codeFor(name));
        return slug || codeFor(name);
    }

    /** The same without waiting, as far as the strategy answers at once; else Vendure's usual form. */
    makeSlugNow(name: string): string {
        const known = this.slugs.get(name);
        if (known !== undefined) return known;
        const { slugStrategy } = this.host.injector.get(ConfigService).entityOptions;
        const slug = slugStrategy?.generate(this.slugContext(), {
            value: name,
            entityName: this.slugsOf,
            fieldName: 'slug',
        });
        return typeof slug === 'string' && slug !== '' ? slug : codeFor(name);
    }

    private slugContext(): RequestContext {
        const { ctx } = this.host;
        if (ctx.languageCode === (this.languageCode as LanguageCode)) return ctx;
        return new RequestContext({
            apiType: 'admin',
            channel: ctx.channel,
            languageCode: this.languageCode as LanguageCode,
            isAuthorized: true,
            authorizedAsOwnerOnly: false,
        });
    }

    get rules(): readonly CustomFieldRules[] {
        return [this.productRules, this.variantRules, ...this.furtherRules.values()];
    }

    get injector(): CatalogHost['injector'] {
        return this.host.injector;
    }

    get ctx(): RequestContext {
        return this.host.ctx;
    }
}

export function matchColumn(
    rules: CustomFieldRules,
    name: string | undefined,
    field: string,
): `customFields.${string}` {
    const rule = name === undefined ? undefined : rules.rules.get(name);
    if (rule && isKeyField(rule)) return `customFields.${rule.name}`;
    const fitting = [...rules.rules.values()].filter(isKeyField).map(r => r.name);
    throw new UserError(
        'unknown-match-field',
        name === undefined
            ? `${field} is missing: it names the custom field to match by.`
            : `${field}: "${name}" is not a custom field that records can be matched by.`,
        didYouMean(name ?? '', fitting),
        { field, ...(name === undefined ? {} : { got: name }) },
    );
}

export function isKeyField({ config, list }: CustomFieldRule): boolean {
    return !list && (config.type === 'string' || config.type === 'text' || config.type === 'int');
}

/** A run that no user started, such as a scheduled one, may write every field. */
export function userMayWrite(ctx: RequestContext, field: CustomFieldConfig): boolean {
    const required = field.requiresPermission;
    if (!required || ctx.activeUserId === undefined) return true;
    return ctx.userHasPermissions((Array.isArray(required) ? required : [required]) as never);
}
