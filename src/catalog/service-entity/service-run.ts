import {
    Channel,
    ConfigService,
    type CustomFieldConfig,
    type RequestContext,
    TransactionalConnection,
} from '@vendure/core';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import type { CatalogHost } from '../catalog-scope';
import { channelNotPermitted, mayRunIn } from '../product/catalog-facts';
import { type Strategy, userMayWrite } from '../product/catalog-run';
import { CustomFieldRules } from '../product/custom-field-rules';
import type { ServiceEntity } from './service-entity';

export interface ServiceSettings {
    strategy: Strategy;
    /** A key of the entity, `id` or `customField`. */
    matchBy: string;
    matchField?: string;
    channel?: string;
    languageCode?: string;
    /** Modes of sets, by name. */
    [mode: string]: unknown;
}

/** What does not change during a run. */
export interface ServiceRun {
    host: CatalogHost;
    settings: ServiceSettings;
    rules: CustomFieldRules;
    languageCode: string;
    /** Property of live entities by which records are matched. */
    matchBy: string;
    /** Vendure's services work in the channel of the settings. */
    inChannel(ctx: RequestContext): RequestContext;
}

export async function startServiceRun(
    entity: ServiceEntity,
    host: CatalogHost,
    settings: ServiceSettings,
): Promise<ServiceRun> {
    const { ctx, injector } = host;
    const channel = settings.channel === undefined ? undefined : await channelBy(settings.channel, host);
    const rules = rulesOf(entity, host, field => userMayWrite(ctx, field));
    return {
        host,
        settings,
        rules,
        languageCode: settings.languageCode ?? channel?.defaultLanguageCode ?? ctx.languageCode,
        matchBy: settings.matchBy === 'customField' ? matchColumn(settings.matchField, rules) : settings.matchBy,
        inChannel: inner => (channel ? inner.copy(channel) : inner),
    };

    async function channelBy(code: string, { ctx: outer }: CatalogHost): Promise<Channel> {
        const repository = injector.get(TransactionalConnection).getRepository(outer, Channel);
        const found = await repository.findOneBy({ code });
        if (found && mayRunIn(outer, found.id)) return found;
        if (found) throw channelNotPermitted(code, 'channel');
        throw new UserError(
            'unknown-channel',
            `channel: there is no channel with the code "${code}".`,
            'Give the code of a channel that exists.',
            { field: 'channel', got: code },
        );
    }
}

function rulesOf(
    { customFields, relationsUnsaved }: ServiceEntity,
    { injector }: Pick<CatalogHost, 'injector'>,
    mayWrite: (field: CustomFieldConfig) => boolean,
): CustomFieldRules {
    const configs = customFields === undefined ? [] : (injector.get(ConfigService).customFields[customFields] ?? []);
    const usable = configs.filter(({ type }) => !relationsUnsaved || type !== 'relation');
    return new CustomFieldRules(usable, mayWrite);
}

function matchColumn(name: string | undefined, { rules }: CustomFieldRules): string {
    const fitting = [...rules.values()]
        .filter(({ config, list }) => !list && ['string', 'text', 'int'].includes(config.type))
        .map(rule => rule.name);
    if (name !== undefined && fitting.includes(name)) return `customFields.${name}`;
    throw new UserError(
        'unknown-match-field',
        name === undefined
            ? 'matchField is missing: it names the custom field to match by.'
            : `matchField: "${name}" is not a custom field that records can be matched by.`,
        didYouMean(name ?? '', fitting),
        { field: 'matchField', ...(name === undefined ? {} : { got: name }) },
    );
}
