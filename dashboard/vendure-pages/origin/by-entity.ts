import type { ResultOf } from '../../gql/graphql';
import type { entityOriginDocument } from '../../gql/origin';

type Answer = ResultOf<typeof entityOriginDocument>['dataHubEntityOrigin'];
export type OriginField = Answer['fields'][number];
export type OriginRun = Answer['runs'][number];

export interface OriginEntity {
    entityType: string;
    entityId: string;
    entityKey: string;
    fields: OriginField[];
}

/** The fields of each entity together, in the order in which they came. */
export function byEntity(fields: readonly OriginField[]): OriginEntity[] {
    const entities = new Map<string, OriginEntity>();
    for (const field of fields) {
        const { entityType, entityId, entityKey } = field;
        const key = `${entityType} ${entityId}`;
        const entity = entities.get(key) ?? { entityType, entityId, entityKey, fields: [] };
        entity.fields.push(field);
        entities.set(key, entity);
    }
    return [...entities.values()];
}
