import type { EntityMetadata } from 'typeorm';
import type { JsonValue } from '../../../shared/json';
import { UserError } from '../../sdk/errors';
import { idFromText } from '../apply/batch';
import { awaitedBy } from '../awaited';
import type { CatalogRun } from '../product/catalog-run';
import { inChannel } from '../product/resolve-shared';
import type { EntityId, SqlSession, Table } from '../sql/sql-session';
import { ColumnRule } from './column-rule';
import type { RelationShape } from './custom-shape';
import type { CustomMatch, CustomMatching } from './custom-state';

/** What the relations of a batch point to, by id or by a key of their own. */
export class RelatedEntities {
    /** By relation and text of the value; the oldest first. */
    private readonly found = new Map<string, Map<string, EntityId[]>>();

    private constructor(
        private readonly matching: CustomMatching,
        private readonly foldsCase: boolean,
    ) {}

    /** At most two statements for each relation that the records give. */
    static async read(
        matches: readonly CustomMatch[],
        matching: CustomMatching,
        run: CatalogRun,
        sql: SqlSession,
    ): Promise<RelatedEntities> {
        const related = new RelatedEntities(matching, sql.dialect === 'mysql');
        for (const relation of matching.shape.relations.values()) {
            if (relation.list && matching.relationsMode === 'SKIP') continue;
            const given = matches.flatMap(({ record }) => record[relation.name] ?? []).flat();
            if (given.length > 0) await related.readOne(relation, given, run, sql);
        }
        return related;
    }

    /** The id of what a value stands for, as text; throws a sentence if there is no such thing. */
    idOf({ name, target }: RelationShape, value: JsonValue, field: string): string {
        const key = this.matching.relationKeys[name];
        const [id, second] = this.found.get(name)?.get(this.textOf(value)) ?? [];
        const what = `${target.name} with the ${key ?? 'id'} ${JSON.stringify(value)}`;
        if (second !== undefined) {
            const message = `${field}: there are several ${what}.`;
            throw new UserError('ambiguous-related-entity', message, 'Give it by id, or make them distinct.', {
                field,
                got: value,
            });
        }
        if (id !== undefined) return String(id);
        const waits =
            key !== undefined && typeof value === 'string' ? { waitsFor: awaitedBy(target.name, key, value) } : {};
        const message = `${field}: there is no ${what}.`;
        throw new UserError('unknown-related-entity', message, 'Load it first, or correct the value.', {
            field,
            got: value,
            ...waits,
        });
    }

    private async readOne(
        relation: RelationShape,
        given: JsonValue[],
        run: CatalogRun,
        sql: SqlSession,
    ): Promise<void> {
        const { name, target, targetId } = relation;
        const key = this.matching.relationKeys[name];
        const table = sql.table(target.target);
        const rows =
            key === undefined
                ? (await living(table, idsIn(given, targetId, table), sql)).map(id => [id, id])
                : await this.byKey(target, key, given, sql);
        const ids = rows.map(([, id]) => id as EntityId);
        const knowsChannels = target.findRelationWithPropertyPath('channels')?.isManyToMany === true;
        const visible = new Set(knowsChannels ? await inChannel(target.target, ids, run, sql) : ids);
        const byText = new Map<string, EntityId[]>();
        for (const [value, id] of rows as [JsonValue, EntityId][]) {
            const list = byText.get(this.textOf(value)) ?? [];
            if (visible.has(id) && !list.includes(id)) list.push(id);
            byText.set(this.textOf(value), list);
        }
        this.found.set(name, byText);
    }

    private async byKey(target: EntityMetadata, key: string, given: JsonValue[], sql: SqlSession) {
        const { metadata, rule, isText } = keyColumn(target, key)!;
        const values = given.filter(value => isAccepted(rule, value)).map(value => rule.accept(value, key));
        const table = sql.table(metadata.target);
        const owners = sql.table(target.target);
        const rows = await sql.selectIn(table, [key, isText ? 'base' : table.idPath], key, values);
        const alive = new Set(
            await living(
                owners,
                rows.map(([, id]) => id as EntityId),
                sql,
            ),
        );
        return rows.filter(([, id]) => alive.has(id as EntityId)).map(([value, id]) => [rule.stored(value), id]);
    }

    /** A number and its digits are the same id; MySQL does not tell cases apart. */
    private textOf(value: JsonValue): string {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return this.foldsCase ? text.toLowerCase() : text;
    }
}

/** The column by which a relation is given, of the entity or of its translations; undefined when there is none. */
export function keyColumn(target: EntityMetadata, key: string) {
    const translation = target.findRelationWithPropertyPath('translations')?.inverseEntityMetadata;
    for (const metadata of [target, ...(translation ? [translation] : [])]) {
        const column = metadata.findColumnWithPropertyPath(key);
        const rule = column && !column.relationMetadata ? new ColumnRule(column, target.connection) : undefined;
        if (rule?.isKey) return { metadata, rule, isText: metadata === translation };
    }
    return undefined;
}

async function living(table: Table, ids: readonly EntityId[], sql: SqlSession): Promise<EntityId[]> {
    const isNull = table.has('deletedAt') ? ['deletedAt'] : [];
    const rows = await sql.selectIn(table, [table.idPath], table.idPath, ids, { isNull });
    return rows.map(([id]) => id as EntityId);
}

/** What cannot be an id is left out: the database would refuse to compare it. */
function idsIn(given: readonly JsonValue[], rule: ColumnRule, table: Table): EntityId[] {
    return given.flatMap(value => {
        const id = typeof value === 'object' ? undefined : idFromText(String(value), table);
        return id !== undefined && isAccepted(rule, id) ? id : [];
    });
}

function isAccepted(rule: ColumnRule, value: JsonValue): boolean {
    try {
        return value !== null && rule.accept(value, '') !== null;
    } catch (thrown) {
        if (thrown instanceof UserError) return false;
        throw thrown;
    }
}
