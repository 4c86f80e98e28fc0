import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { type JsonValue, textOf } from '../../../shared/json';
import type { FieldChange } from '../../sdk/change-set';
import { idFromText } from '../apply/batch';
import type { EntityId, SqlSession } from '../sql/sql-session';

const PREFIX = 'customFields.';

/** Custom fields of one entity on their way to the database: columns, ids of related entities, lists of them. */
export class CustomFieldCells {
    constructor(
        private readonly sql: SqlSession,
        private readonly entity: EntityTarget<ObjectLiteral>,
    ) {}

    /** Column values by property path; lists of relations are not columns. */
    of(values: Readonly<Record<string, JsonValue>>): Record<string, unknown> {
        const cells: Record<string, unknown> = {};
        for (const [name, value] of Object.entries(values)) {
            const path = PREFIX + name;
            const relation = this.relation(path);
            if (relation?.isManyToMany) continue;
            if (relation) cells[path] = value === null ? null : this.idOf(path, value);
            else cells[path] = this.isDate(path) && typeof value === 'string' ? new Date(value) : value;
        }
        return cells;
    }

    /** Adds and removes the entities of list relations. */
    async link(changed: readonly { id: EntityId; fields: readonly FieldChange[] }[]): Promise<void> {
        const pairs = new Map<string, { add: [EntityId, EntityId][]; remove: [EntityId, EntityId][] }>();
        for (const { id, fields } of changed) {
            for (const { path, before, after } of fields) {
                if (!path.startsWith(PREFIX) || !this.relation(path)?.isManyToMany) continue;
                const entry = pairs.get(path) ?? { add: [], remove: [] };
                pairs.set(path, entry);
                const [old, wanted] = [before, after].map(list => (Array.isArray(list) ? list : []));
                for (const item of wanted!) if (!old!.includes(item)) entry.add.push([id, this.idOf(path, item)]);
                for (const item of old!) if (!wanted!.includes(item)) entry.remove.push([id, this.idOf(path, item)]);
            }
        }
        for (const [path, { add, remove }] of pairs) {
            const join = this.sql.joinTable(this.entity, path);
            await this.sql.unlink(join, remove);
            await this.sql.link(join, add);
        }
    }

    private idOf(path: string, value: JsonValue): EntityId {
        const target = this.sql.table(this.relation(path)!.inverseEntityMetadata.target);
        return idFromText(textOf(value), target)!;
    }

    private relation(path: string) {
        return this.sql.table(this.entity).metadata.findRelationWithPropertyPath(path);
    }

    private isDate(path: string): boolean {
        const column = this.sql.table(this.entity).metadata.findColumnWithPropertyPath(path);
        return column?.type === Date || /date|timestamp/.test(String(column?.type));
    }
}
