import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { ApplyValueTransformers } from 'typeorm/util/ApplyValueTransformers';
import type { JsonValue } from '../../../shared/json';
import { ValueKind, valueKindOf } from './value-kind';
import { refused } from './value-refusal';

/**
 * One column of an entity: what it accepts, and how its values look as JSON. Nothing that it accepts is refused, cut or
 * rounded by the database, and both sides have one form each, so that what is equal looks equal.
 */
export class ColumnRule {
    readonly path: string;
    /** A new row must give it. */
    readonly isRequired: boolean;
    /** Why no record can set it; undefined for one that can be loaded. */
    readonly whyNot: string | undefined;
    private readonly kind: ValueKind | undefined;

    constructor(
        readonly metadata: ColumnMetadata,
        dataSource: DataSource,
    ) {
        this.path = metadata.propertyPath;
        this.kind = valueKindOf(metadata, dataSource);
        const hasDefault = metadata.default !== undefined || metadata.isCreateDate || metadata.isGenerated;
        this.isRequired = !metadata.isNullable && !hasDefault;
        this.whyNot = this.reasonAgainst();
    }

    /** Whether rows can be found by it. */
    get isKey(): boolean {
        const { transformer, isArray } = this.metadata;
        return this.kind?.isKey === true && !transformer && !isArray;
    }

    /** The value as it will be stored; throws a sentence if the column cannot hold it. */
    accept(value: unknown, field: string): JsonValue {
        if (value === null) {
            if (this.metadata.isNullable) return null;
            throw refused(field, value, 'must not be null, as the column takes none', 'Give a value or leave it out.');
        }
        const { transformer } = this.metadata;
        if (!transformer) return this.acceptPlain(value, field);
        let held: unknown;
        try {
            held = ApplyValueTransformers.transformTo(transformer, value);
        } catch (thrown) {
            const reason = thrown instanceof Error ? thrown.message : String(thrown);
            throw refused(field, value, `is refused by the entity (${reason})`, 'Correct the value.');
        }
        const plain = this.acceptPlain(asJson(held), field);
        return asJson(ApplyValueTransformers.transformFrom(transformer, this.kind!.held?.(plain) ?? plain));
    }

    /** What the entity holds, as JSON. */
    stored(value: unknown): JsonValue {
        if (value === undefined || value === null) return null;
        if (this.metadata.transformer || !this.kind) return asJson(value);
        if (this.metadata.isArray && Array.isArray(value)) return value.map(item => this.kind!.stored(item));
        return this.kind.stored(value);
    }

    private acceptPlain(value: unknown, field: string): JsonValue {
        if (!this.metadata.isArray) return this.kind!.accept(value, field);
        if (!Array.isArray(value)) throw refused(field, value, 'must be a list', 'Make one with split.');
        return value.map((item, i) => this.kind!.accept(item, `${field}[${i}]`));
    }

    private reasonAgainst(): string | undefined {
        const { isGenerated, isUpdateDate, isVersion, isSelect, isInsert, isVirtualProperty, generatedType } =
            this.metadata;
        if (isGenerated || generatedType) return 'the database gives it its value';
        if (isUpdateDate || isVersion) return 'it follows from every change';
        if (isVirtualProperty || !isInsert) return 'the entity does not let it be written';
        if (!isSelect) return 'it is hidden (select: false), and plans show what they change';
        return this.kind ? undefined : `columns of the type ${String(this.metadata.type)} are not supported`;
    }
}

function asJson(value: unknown): JsonValue {
    if (value === undefined || value === null) return null;
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'bigint' ? String(value) : (value as JsonValue);
}
