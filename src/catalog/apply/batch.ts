import type { ChangeSet } from '../../sdk/change-set';
import { Defect } from '../../sdk/errors';
import type { References } from '../references';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import { BUILT_IN, DescriptionBook } from './description-book';
import { EntityDescription } from './entity-description';
import { PendingEntity, PendingReference } from './pending-entity';

/** What the writers share while one batch is applied. */
export interface Batch {
    sql: SqlSession;
    references: References;
    /** Those of one type, in the order of the change sets. */
    of(description: EntityDescription): PendingEntity[];
    /** One record's entities. */
    records: BatchRecord[];
}

export interface BatchRecord {
    /** Key of the product that the record is about. */
    owner: string;
    key: string;
    entities: PendingEntity[];
}

export function collectBatch(
    changeSets: readonly ChangeSet[],
    references: References,
    sql: SqlSession,
    descriptions: DescriptionBook = BUILT_IN,
): Batch {
    const byType = new Map<EntityDescription, PendingEntity[]>(descriptions.all.map(each => [each, []]));
    const creations = new Map<string, PendingEntity>();
    const records = changeSets.map(changeSet => {
        const record: BatchRecord = { owner: ownerOf(changeSet), key: changeSet.key, entities: [] };
        for (const change of changeSet.entities) {
            if (change.action === 'UNCHANGED') continue;
            const description = descriptionOf(change.entityType, changeSet.key, descriptions);
            let entity = new PendingEntity(description, change, record.owner, changeSet.key);
            if (entity.creates && !description.standsAlone) {
                const identity = `${description.kind}\n${entity.key}`;
                const first = creations.get(identity);
                if (first) {
                    first.addTwin(change);
                    entity = first;
                } else {
                    creations.set(identity, entity);
                    byType.get(description)!.push(entity);
                }
            } else if (entity.creates) {
                byType.get(description)!.push(entity);
            } else {
                entity.id = idFromText(change.entityId, sql.table(description.entity));
                byType.get(description)!.push(entity);
            }
            record.entities.push(entity);
        }
        return record;
    });
    const batch: Batch = { sql, references, records, of: description => byType.get(description)! };
    for (const description of descriptions.all) separateRelations(batch, description);
    return batch;
}

/** Ids stand in change sets as text; databases with number ids want numbers. */
export function idFromText(text: string | null | undefined, table: Table): EntityId | undefined {
    if (text === null || text === undefined) return undefined;
    return !hasTextIds(table) && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function hasTextIds({ metadata }: Table): boolean {
    const [id] = metadata.primaryColumns;
    if (id?.generationStrategy === 'uuid' || id?.type === String) return true;
    return typeof id?.type === 'string' && /char|text|uuid|enum/.test(id.type);
}

function descriptionOf(entityType: string, recordKey: string, descriptions: DescriptionBook): EntityDescription {
    const description = descriptions.find(entityType);
    if (description) return description;
    throw new Defect(
        'unknown-entity-type',
        `The change set of "${recordKey}" changes a "${entityType}", which nothing knows how to write.`,
        undefined,
        { key: recordKey },
    );
}

function ownerOf(changeSet: ChangeSet): string {
    const product = changeSet.entities.find(change => change.entityType === 'Product');
    if (product) return product.key;
    for (const change of changeSet.entities) {
        const owner = change.fields.find(field => change.entityType === 'ProductVariant' && field.path === 'product');
        if (typeof owner?.after === 'string') return owner.after;
    }
    return changeSet.key;
}

/** Relations that are given by ids, such as custom fields: one is a join column, a list is a many-to-many. */
function separateRelations(batch: Batch, description: EntityDescription): void {
    const entities = batch.of(description);
    const own = new Set(Object.values(description.paths).flatMap(rule => (rule.type === 'ids' ? [rule.property] : [])));
    const mayRelate = (property: string): boolean => property.startsWith('customFields.') || own.has(property);
    if (!entities.some(({ columns }) => hasKey(columns, mayRelate))) return;
    const { metadata } = batch.sql.table(description.entity);
    for (const entity of entities) {
        for (const [property, cell] of entity.columns) {
            const relation = mayRelate(property) ? metadata.findRelationWithPropertyPath(property) : undefined;
            if (!relation || cell instanceof PendingReference) continue;
            const target = batch.sql.table(relation.inverseEntityMetadata.target);
            const toIds = (value: unknown): EntityId[] =>
                Array.isArray(value) ? value.flatMap(id => idFromText(String(id), target) ?? []) : [];
            if (relation.isManyToMany) {
                const [before, after] = [toIds(entity.idsBefore.get(property)), toIds(cell)];
                entity.linkInstead(property, {
                    relation: property,
                    add: after.filter(id => !before.includes(id)),
                    remove: before.filter(id => !after.includes(id)),
                });
            } else if (typeof cell === 'string' || typeof cell === 'number') {
                entity.setColumn(property, idFromText(String(cell), target));
            }
        }
    }
}

function hasKey(columns: ReadonlyMap<string, unknown>, holds: (property: string) => boolean): boolean {
    for (const property of columns.keys()) if (holds(property)) return true;
    return false;
}
