import type { DataSource, EntityMetadata } from 'typeorm';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata';
import type { EntityDescription, PathRule } from '../apply/entity-description';
import { ColumnRule } from './column-rule';

/** A relation that records can give: to one other entity, or to several over a join table. */
export interface RelationShape {
    name: string;
    target: EntityMetadata;
    targetId: ColumnRule;
    list: boolean;
    /** A new row must give it. */
    isRequired: boolean;
    isNullable: boolean;
}

/** What of an entity of another plugin can be loaded, as its metadata tells. */
export class CustomShape {
    readonly id: ColumnRule;
    /** By property path. Custom fields have rules of their own. */
    readonly columns = new Map<string, ColumnRule>();
    readonly relations = new Map<string, RelationShape>();
    /** Texts of its translations, by property; empty when it is not translatable. */
    readonly texts = new Map<string, ColumnRule>();
    readonly translation: EntityMetadata | undefined;
    readonly isChannelAware: boolean;
    readonly softDelete: ColumnRule | undefined;
    readonly description: EntityDescription;
    /** Why other columns and relations cannot be loaded, by property path. */
    private readonly others = new Map<string, string>();

    constructor(
        readonly metadata: EntityMetadata,
        dataSource: DataSource,
    ) {
        const ruleOf = (column: EntityMetadata['columns'][number]) => new ColumnRule(column, dataSource);
        this.id = ruleOf(metadata.primaryColumns[0]!);
        const deletedAt = softDeleteColumn(metadata);
        this.softDelete = deletedAt && ruleOf(deletedAt);
        for (const column of metadata.columns) {
            const { propertyPath, relationMetadata, isDiscriminator, isVirtual } = column;
            const isOwn = !relationMetadata && !isDiscriminator && !isVirtual && column !== deletedAt;
            if (!isOwn || propertyPath.startsWith('customFields.')) continue;
            const rule = ruleOf(column);
            if (rule.whyNot === undefined) this.columns.set(propertyPath, rule);
            else this.others.set(propertyPath, rule.whyNot);
        }
        this.isChannelAware = isToChannels(metadata.findRelationWithPropertyPath('channels'));
        this.translation = metadata.findRelationWithPropertyPath('translations')?.inverseEntityMetadata;
        for (const column of this.translation?.columns ?? []) {
            const { propertyPath, relationMetadata, isPrimary, isCreateDate, isUpdateDate } = column;
            const isOwn =
                !relationMetadata && !isPrimary && !isCreateDate && !isUpdateDate && propertyPath !== 'languageCode';
            if (!isOwn || propertyPath.startsWith('customFields.')) continue;
            const rule = ruleOf(column);
            if (rule.whyNot === undefined) this.texts.set(propertyPath, rule);
        }
        for (const relation of metadata.relations) this.take(relation, ruleOf);
        this.description = this.describe();
    }

    get name(): string {
        return this.metadata.name;
    }

    /** Fields that a record may give at its top level. */
    get fields(): string[] {
        return [
            ...this.columns.keys(),
            ...this.relations.keys(),
            ...this.texts.keys(),
            ...(this.isChannelAware ? ['channels'] : []),
            ...(this.translation ? ['translations'] : []),
            ...(this.hasCustomFields ? ['customFields'] : []),
        ];
    }

    get hasCustomFields(): boolean {
        return this.metadata.embeddeds.some(({ propertyName }) => propertyName === 'customFields');
    }

    /** Undefined for what can be loaded, and for what is not there at all. */
    whyNot(name: string): string | undefined {
        return this.others.get(name);
    }

    /** Whether the database lets no two rows have the same values there. */
    isUnique(names: readonly string[]): boolean {
        const isAmong = (columns: readonly { propertyPath: string; relationMetadata?: RelationMetadata }[]) =>
            columns.every(column => names.includes(column.relationMetadata?.propertyPath ?? column.propertyPath));
        return uniqueColumns(this.metadata).some(isAmong);
    }

    private take(relation: RelationMetadata, ruleOf: (column: EntityMetadata['columns'][number]) => ColumnRule): void {
        const { propertyPath, inverseEntityMetadata: target, isManyToMany, isOwning, joinColumns } = relation;
        if (propertyPath.startsWith('customFields.') || propertyPath === 'translations') return;
        if (propertyPath === 'channels' && this.isChannelAware) return;
        const [id, ...others] = target.primaryColumns;
        if (!isManyToMany && (!isOwning || joinColumns.length !== 1)) {
            this.others.set(propertyPath, `load ${target.name} with its own relation to ${this.name} instead`);
        } else if (!id || others.length > 0) {
            this.others.set(propertyPath, `${target.name} has no single id`);
        } else {
            this.relations.set(propertyPath, {
                name: propertyPath,
                target,
                targetId: ruleOf(id),
                list: isManyToMany,
                isRequired: !isManyToMany && !relation.isNullable,
                isNullable: isManyToMany || relation.isNullable,
            });
        }
    }

    private describe(): EntityDescription {
        const { metadata, translation, softDelete } = this;
        const column = (rule: ColumnRule): PathRule => ({
            type: 'column',
            property: rule.path,
            stored: value => rule.stored(value),
        });
        const paths: Record<string, PathRule> = {};
        for (const [path, rule] of this.columns) paths[path] = column(rule);
        for (const { name, list } of this.relations.values()) paths[name] = { type: 'ids', property: name, list };
        if (this.isChannelAware) paths['channels'] = { type: 'links', relation: 'channels', kind: 'Channel' };
        if (softDelete) paths['deletedAt'] = column(softDelete);
        return {
            entityType: metadata.name,
            entity: metadata.target,
            kind: `custom:${metadata.name}`,
            ofProduct: false,
            standsAlone: true,
            custom: { hasUniqueKey: uniqueColumns(metadata).length > 0 },
            paths,
            ...(translation ? { translations: { entity: translation.target, defaults: {} } } : {}),
        };
    }
}

function softDeleteColumn(metadata: EntityMetadata) {
    const column = metadata.deleteDateColumn ?? metadata.findColumnWithPropertyPath('deletedAt');
    return column?.isNullable ? column : undefined;
}

function isToChannels(relation: RelationMetadata | undefined): boolean {
    return relation?.isManyToMany === true && relation.inverseEntityMetadata.name === 'Channel';
}

/** Columns of unique keys, besides ids that the database gives. */
function uniqueColumns({ indices, uniques, primaryColumns }: EntityMetadata) {
    const natural = primaryColumns.some(({ isGenerated }) => isGenerated) ? [] : [primaryColumns];
    const unique = [...indices.filter(({ isUnique, where }) => isUnique && !where), ...uniques];
    return [...natural, ...unique.map(({ columns }) => columns)];
}
