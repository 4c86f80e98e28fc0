import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../shared/json';
import type { ChangeSet, EntityChange } from '../../sdk/change-set';
import { FieldOwners } from './field-owners';
import { Drift, FieldPolicy, Past } from './field-policy';
import type { RepeatSettings } from './settings';

type Field = [path: string, shop: JsonValue | undefined, source: JsonValue | undefined];

const update = (...fields: Field[]): ChangeSet => ({
    action: 'UPDATE',
    key: 'lamp',
    entities: [
        {
            entityType: 'Product',
            entityId: '1',
            key: 'lamp',
            action: 'UPDATE',
            fields: fields.map(([path, before, after]) => ({ path, before, after })),
        },
    ],
});

function decide(settings: Partial<RepeatSettings>, changeSet: ChangeSet, past: Past, returns = false) {
    const all: RepeatSettings = {
        conflictStrategy: 'SOURCE_WINS',
        onDrift: 'OVERWRITE',
        onMissing: 'IGNORE',
        ...settings,
    };
    const drifts: Drift[] = [];
    const owners = new FieldOwners(all, ['Product', 'ProductVariant']);
    const policy = new FieldPolicy(all, owners, 'Product');
    const decided = policy.decide(changeSet, past, drift => drifts.push(drift), returns);
    const written = Object.fromEntries(
        decided.entities.flatMap(({ fields }) => fields.map(({ path, after }) => [path, after])),
    );
    return { decided, written, drifts: drifts.map(({ path, isKept }) => [path, isKept]) };
}

describe('who has changed a field', () => {
    // The source changed `a`, the shop `b`, both `c`; `d` is new in the source and empty in the shop.
    const now = update(['a', 'old', 'new'], ['b', 'edit', 'old'], ['c', 'edit', 'new'], ['d', '', 'new']);
    const then = update(['b', 'edit', 'old'], ['c', 'edit', 'old']);

    it.each([
        [{}, ['a', 'b', 'c', 'd']],
        [{ onDrift: 'KEEP' }, ['a', 'c', 'd']],
        [{ onDrift: 'REPORT' }, ['a', 'c', 'd']],
        [{ conflictStrategy: 'MERGE' }, ['a', 'c', 'd']],
        [{ conflictStrategy: 'VENDURE_WINS' }, ['d']],
        [{ ownedByShop: ['a'], ownedBySource: ['b'], conflictStrategy: 'VENDURE_WINS' }, ['b', 'd']],
    ] as [Partial<RepeatSettings>, string[]][])('decides with %j', (settings, paths) => {
        expect(Object.keys(decide(settings, now, then).written)).toEqual(paths);
    });

    it('is told for what only the shop has changed', () => {
        expect(decide({}, now, then).drifts).toEqual([['b', false]]);
        expect(decide({ onDrift: 'KEEP' }, now, then).drifts).toEqual([['b', true]]);
        expect(decide({ onDrift: 'KEEP' }, now, 'SAME').drifts).toHaveLength(4);
        expect(decide({ onDrift: 'KEEP' }, now, 'SAME').decided).toMatchObject({ action: 'UNCHANGED', entities: [] });
    });

    it('is unknown the first time, and then the source wins', () => {
        expect(Object.keys(decide({ onDrift: 'KEEP' }, now, undefined).written)).toHaveLength(4);
    });
});

describe('MERGE', () => {
    it('merges lists item by item', () => {
        const now = update(['facetValues', ['a', 'b', 'mine'], ['a', 'c']]);
        const then = update(['facetValues', ['a', 'b', 'mine'], ['a', 'b']]);
        expect(decide({ conflictStrategy: 'MERGE' }, now, then).written).toEqual({ facetValues: ['a', 'mine', 'c'] });
        expect(decide({ conflictStrategy: 'MERGE' }, now, 'SAME').decided.action).toBe('UNCHANGED');
    });
});

describe('entities that hang on the record', () => {
    const variant = (action: 'CREATE' | 'DELETE'): ChangeSet => {
        const entity: EntityChange = {
            entityType: 'ProductVariant',
            entityId: action === 'CREATE' ? null : '2',
            key: 'L1',
            action,
            fields: [],
        };
        return { action: 'UPDATE', key: 'lamp', entities: [entity] };
    };

    it('stay deleted when the shop has deleted them and drift is kept', () => {
        expect(decide({ onDrift: 'KEEP' }, variant('CREATE'), variant('CREATE')).decided.action).toBe('UNCHANGED');
        expect(decide({ onDrift: 'KEEP' }, variant('CREATE'), update()).decided.entities).toHaveLength(1);
        expect(decide({}, variant('CREATE'), 'SAME')).toMatchObject({ drifts: [['', false]] });
    });

    it('are added but not taken away with VENDURE_WINS', () => {
        const settings: Partial<RepeatSettings> = { conflictStrategy: 'VENDURE_WINS' };
        expect(decide(settings, variant('CREATE'), undefined).decided.entities).toHaveLength(1);
        expect(decide(settings, variant('DELETE'), undefined).decided.entities).toHaveLength(0);
    });

    it('that others share are never left out', () => {
        const shared: ChangeSet = update(['facetValues', [], ['a:b']]);
        shared.entities.unshift({ entityType: 'FacetValue', entityId: null, key: 'a:b', action: 'CREATE', fields: [] });
        const { decided } = decide({ ownedByShop: ['facetValues'] }, shared, undefined);
        expect(decided.entities.map(({ entityType }) => entityType)).toEqual(['FacetValue']);
    });
});

it('keeps fields that are only said for the sake of others', () => {
    const set = update(['product', 'lamp', 'lamp'], ['options', ['s'], ['m']]);
    expect(Object.keys(decide({}, set, undefined).written)).toEqual(['product', 'options']);
    expect(decide({ ownedByShop: ['options'] }, set, undefined).decided.entities).toEqual([]);
});

it('enables what returns, whoever owns the field', () => {
    const set = update(['enabled', false, true], ['a', 'edit', 'old']);
    expect(decide({ onDrift: 'KEEP' }, set, 'SAME', true).written).toEqual({ enabled: true });
    expect(decide({ onDrift: 'KEEP' }, set, 'SAME').decided.action).toBe('UNCHANGED');
});

describe('owners', () => {
    const owners = new FieldOwners(
        {
            ownedByShop: ['description', 'translations.de.name'],
            ownedBySource: ['ProductVariant.prices', 'customFields.erpId'],
        },
        ['Product', 'ProductVariant'],
    );

    it.each([
        ['Product', 'translations.en.description', 'SHOP'],
        ['Product', 'translations.de.name', 'SHOP'],
        ['Product', 'translations.en.name', undefined],
        ['ProductVariant', 'prices.b2b.EUR', 'SOURCE'],
        ['Product', 'prices.b2b.EUR', undefined],
        ['Product', 'customFields.erpId', 'SOURCE'],
        ['Product', 'customFields.erp', undefined],
    ])('of %s %s', (entityType, path, owner) => {
        expect(owners.ownerOf(entityType, path)).toBe(owner);
    });

    it('refuse a field that both own', () => {
        const both = { ownedByShop: ['name'], ownedBySource: ['name'] };
        expect(() => new FieldOwners(both, ['Product'])).toThrow('ownedBySource and ownedByShop both name "name".');
    });
});
