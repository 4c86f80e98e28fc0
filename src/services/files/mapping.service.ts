import { Injectable } from '@nestjs/common';
import { ConfigService, type CustomFields, GlobalSettingsService, type RequestContext } from '@vendure/core';
import type { JsonObject } from '../../../shared/json';
import { configJsonSchema, toJsonSchema } from '../../adapters/json-schema';
import { type MappingSuggestions, suggestMappings } from '../../mappers/auto-mapping/suggest-mappings';
import { type CustomField, type MappingTarget, targetsOf } from '../../mappers/auto-mapping/targets';
import { draftDefinition, type DraftMapping } from '../../mappers/draft/draft-definition';
import { FILE_STYLES, styleDefinition } from '../../mappers/file-styles/file-styles';
import { fitLanguages } from '../../mappers/file-styles/fit-languages';
import { fitNumbers } from '../../mappers/file-styles/fit-numbers';
import { fitToShop } from '../../mappers/file-styles/fit-to-shop';
import type { ColumnProfile } from '../../mappers/profile/column-profile';
import { didYouMean } from '../../sdk/did-you-mean';
import { UserError } from '../../sdk/errors';
import type { LoaderAdapter } from '../../sdk/loader';
import type { Problem } from '../../validation/problem';
import { DataHubRegistryService } from '../data-hub-registry.service';
import { DefinitionService } from '../definition.service';
import { FilePreviewService } from './file-preview.service';

export interface DraftRequest {
    file: JsonObject;
    loader?: string | null;
    loaderConfig?: JsonObject | null;
    mappings?: readonly DraftMapping[] | null;
    groupBy?: string | null;
    style?: string | null;
}

export interface Suggested extends MappingSuggestions {
    loader: string;
    targets: MappingTarget[];
    matchBy: string | null;
}

export interface Draft {
    definition: unknown;
    problems: Problem[];
    /** What it does otherwise than one might expect, a sentence each. */
    notes: string[];
}

/** What the lists of a record hold, by loader and list. */
const ENTITIES_OF_LISTS: Record<string, Record<string, keyof CustomFields>> = {
    product: { variants: 'ProductVariant' },
    customer: { addresses: 'Address' },
};

/** From a file to a pipeline: which column goes where, and the definition that does it. */
@Injectable()
export class MappingService {
    constructor(
        private readonly previews: FilePreviewService,
        private readonly adapters: DataHubRegistryService,
        private readonly definitions: DefinitionService,
        private readonly config: ConfigService,
        private readonly globalSettings: GlobalSettingsService,
    ) {}

    async suggest(ctx: RequestContext, file: unknown, code: string): Promise<Suggested> {
        const loader = this.loader(code);
        const { columns } = await this.previews.preview(file, 0);
        const targets = await this.targets(ctx, code);
        const suggestions = suggestMappings(columns, targets);
        return { loader: code, targets, ...suggestions, matchBy: matchByOf(loader, suggestions) };
    }

    async targets(ctx: RequestContext, code: string): Promise<MappingTarget[]> {
        const loader = this.loader(code);
        const { availableLanguages } = await this.globalSettings.getSettings(ctx);
        const lists = Object.entries(ENTITIES_OF_LISTS[code] ?? {});
        return targetsOf({
            record: toJsonSchema(loader.record) as JsonObject,
            customFields: this.customFieldsOf(loader.entityType, ctx),
            customFieldsOf: Object.fromEntries(
                lists.map(([list, entity]) => [list, this.customFieldsOf(String(entity), ctx)]),
            ),
            languages: availableLanguages.filter(language => language !== ctx.languageCode),
        });
    }

    async draft(
        ctx: RequestContext,
        { file, loader, loaderConfig, mappings, groupBy, style }: DraftRequest,
    ): Promise<Draft> {
        const both = (style ?? null) !== null && ((loader ?? null) !== null || (mappings ?? []).length > 0);
        if (both || (style ?? loader ?? null) === null) {
            throw new UserError(
                'draft-unclear',
                'It is not clear what the pipeline is made of.',
                'Give either a known kind of file, or a loader with mappings.',
            );
        }
        if (style) {
            const { availableLanguages } = await this.globalSettings.getSettings(ctx);
            const fitted = fitLanguages(styleDefinition(styleOf(style), file), {
                main: ctx.channel.defaultLanguageCode,
                available: availableLanguages,
            });
            const read = fitNumbers(fitted.definition, await this.columnsOf(file));
            const { definition, notes } = fitToShop(read.definition, {
                product: this.customFieldsOf('Product', ctx).map(({ name }) => name),
                variant: this.customFieldsOf('ProductVariant', ctx).map(({ name }) => name),
                variantNeeds: this.config.customFields.ProductVariant?.filter(({ nullable }) => nullable === false).map(
                    ({ name }) => name,
                ),
            });
            const { problems } = this.definitions.check(definition);
            return { definition, problems, notes: [...fitted.notes, ...read.notes, ...notes] };
        }
        const definition = draftDefinition({
            file,
            loader: this.loader(loader!).code,
            loaderConfig: loaderConfig ?? undefined,
            mappings: (mappings ?? []).map(withoutNulls),
            groupBy: groupBy ?? undefined,
        });
        const checked = this.definitions.check(definition);
        return { definition: checked.definition ?? definition, problems: checked.problems, notes: [] };
    }

    /** None of a file that is not there yet: its pipeline can be made before. */
    private async columnsOf(file: JsonObject): Promise<ColumnProfile[]> {
        try {
            return (await this.previews.preview(file, 0)).columns;
        } catch (error) {
            if (error instanceof UserError) return [];
            throw error;
        }
    }

    private loader(code: string): LoaderAdapter {
        const found = this.adapters.registry.find('LOADER', code);
        if (found?.type === 'LOADER' && !found.internal) return found;
        const codes = this.adapters.all('LOADER').filter(({ internal }) => !internal).map(adapter => adapter.code); // prettier-ignore
        throw new UserError('loader-unknown', `There is no loader "${code}".`, didYouMean(code, codes));
    }

    private customFieldsOf(entity: string, ctx: RequestContext): CustomField[] {
        const fields = this.config.customFields[entity as keyof CustomFields] ?? [];
        return fields
            .filter(
                ({ internal, readonly, type }) => !internal && !readonly && type !== 'struct' && type !== 'relation',
            )
            .map(({ name, type, list, label }) => ({
                name,
                type,
                list,
                label: (label?.find(({ languageCode }) => languageCode === ctx.languageCode) ?? label?.[0])?.value,
            }));
    }
}

function styleOf(code: string) {
    const style = FILE_STYLES.find(each => each.code === code);
    if (style) return style;
    const codes = FILE_STYLES.map(each => each.code);
    throw new UserError('file-style-unknown', `There is no kind of file "${code}".`, didYouMean(code, codes));
}

/** The first way to find an entity for which the file has a column. */
function matchByOf(loader: LoaderAdapter, { mappings }: MappingSuggestions): string | null {
    const { properties } = configJsonSchema(loader) as { properties?: Record<string, { enum?: string[] }> };
    const ways = properties?.matchBy?.enum ?? [];
    return ways.find(way => mappings.some(({ target }) => target === way)) ?? null;
}

function withoutNulls({ column, target, conversion, options }: DraftMapping): DraftMapping {
    return { column, target, conversion: conversion ?? undefined, options: options ?? undefined };
}
