import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../sdk/change-set';
import { References } from '../references';
import type { SqlSession } from '../sql/sql-session';
import { collectBatch } from './batch';
import { DESCRIPTIONS } from './descriptions';

const creating = (entityType: string, key: string): ChangeSet => ({
    action: 'CREATE',
    key: 'shirt',
    entities: [{ entityType, entityId: null, key, action: 'CREATE', fields: [] }],
});

describe('the entities of a batch', () => {
    it.each([
        ['a facet that two records need is created once', 'Facet', 1],
        ['two variants are two, whatever they are called', 'ProductVariant', 2],
    ])('%s', (_title, entityType, expected) => {
        const changeSets = [creating(entityType, 'same'), creating(entityType, 'same')];
        const batch = collectBatch(changeSets, new References(), {} as SqlSession);
        const description = DESCRIPTIONS.find(one => one.entityType === entityType)!;
        expect(batch.of(description)).toHaveLength(expected);
    });
});
