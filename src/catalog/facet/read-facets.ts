import { Facet, FacetValue } from '@vendure/core';
import type { CustomFieldRules } from '../product/custom-field-rules';
import type { Needs } from '../product/needs';
import {
    customColumns,
    fillLinks,
    fillRelations,
    fillTranslations,
    localisedColumns,
    valuesOf,
} from '../product/read-live';
import { compareIds } from '../sql/key-order';
import type { EntityId, SqlSession } from '../sql/sql-session';
import type { FacetKind } from './facet-kind';
import type { LiveFacet } from './facet-state';

/** Reads the facets or values where `column` is one of `values`, with what `needs` names; the oldest first. */
export async function readFacets(
    kind: FacetKind,
    column: string,
    values: readonly EntityId[],
    needs: Needs,
    rules: CustomFieldRules,
    sql: SqlSession,
    /** Values of these facets only: others may have the same codes. */
    facetIds?: ReadonlySet<EntityId>,
): Promise<Map<EntityId, LiveFacet>> {
    const isValue = kind.entityType === 'FacetValue';
    const columns = [...(isValue ? [] : ['isPrivate']), ...customColumns(needs, rules)];
    const selected = ['id', 'code', ...(isValue ? ['facetId'] : []), ...columns];
    const rows = await sql.selectIn(sql.table(kind.entity), selected, column, values);
    rows.sort((a, b) => compareIds(a[0] as EntityId, b[0] as EntityId));
    const found = new Map<EntityId, LiveFacet>();
    for (const row of rows) {
        const id = row[0] as EntityId;
        if (facetIds && !facetIds.has(row[2] as EntityId)) continue;
        found.set(id, {
            ...{ id, code: row[1] as string },
            ...(isValue ? { facetId: row[2] as EntityId } : {}),
            values: valuesOf(columns, row, selected.length - columns.length),
            ...{ translations: new Map(), channelIds: [], relations: new Map(), assetIds: [] },
        });
    }
    if (found.size === 0) return found;
    const texts = [...(needs.texts.has('name') ? ['name'] : []), ...localisedColumns(needs, rules)];
    if (texts.length > 0) {
        const table = sql.table(kind.translation);
        const translations = await sql.selectIn(table, ['base', 'languageCode', ...texts], 'base', [...found.keys()]);
        fillTranslations(found, texts, translations);
    }
    await fillRelations(kind.entity, found, needs, rules, sql);
    return found;
}

/** Adds the channels; several of `owners` may be the same facet. */
export async function fillChannels(
    entity: typeof Facet | typeof FacetValue,
    owners: readonly { id: EntityId; channelIds: EntityId[] }[],
    sql: SqlSession,
): Promise<void> {
    if (owners.length === 0) return;
    const channels = new Map<EntityId, EntityId[]>(owners.map(({ id }) => [id, []]));
    await fillLinks(entity, 'channels', channels, list => list, sql);
    for (const owner of owners) owner.channelIds = channels.get(owner.id)!;
}
