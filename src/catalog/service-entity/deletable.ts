import {
    Collection,
    CollectionService,
    Customer,
    CustomerService,
    Facet,
    FacetService,
    Product,
    ProductService,
    ProductVariant,
    ProductVariantService,
} from '@vendure/core';
import type { ObjectLiteral } from 'typeorm';
import { SERVICE_ENTITIES } from './entities';
import { ServiceEntity, through } from './service-entity';

/** What it takes to find something by its natural key and to delete it through its service. */
export type Deletable = Pick<
    ServiceEntity,
    'entityType' | 'entity' | 'keys' | 'relations' | 'attributes' | 'texts' | 'channelAware' | 'soft' | 'service'
> & {
    /** An undo brings it back: the soft delete is all that happens. */
    comesBack?: boolean;
    /** Its service deletes others of its kind along with it. */
    takesOwnKind?: boolean;
    /** What its service deletes softly along with it. */
    takesAlong?(live: ObjectLiteral): { entityType: string; id: unknown; key: string }[];
};

const common = { relations: {}, attributes: {}, channelAware: true } as const;

const catalog: Deletable[] = [
    {
        ...common,
        entityType: 'Product',
        entity: Product,
        relations: { variants: true, optionGroups: true },
        attributes: { optionGroups: { read: live => codesOf(live.optionGroups as ObjectLiteral[]) } },
        takesAlong: ({ variants }) =>
            (variants as ProductVariant[])
                .filter(({ deletedAt }) => deletedAt === null)
                .map(({ id, sku }) => ({ entityType: 'ProductVariant', id, key: sku })),
        keys: ['slug'],
        texts: { slug: undefined },
        soft: true,
        comesBack: true,
        service: through(ProductService, { delete: 'softDelete' }),
    },
    {
        ...common,
        entityType: 'ProductVariant',
        entity: ProductVariant,
        keys: ['sku'],
        soft: true,
        comesBack: true,
        service: through(ProductVariantService, { delete: 'softDelete' }),
    },
    {
        ...common,
        entityType: 'Collection',
        entity: Collection,
        keys: ['slug'],
        texts: { slug: undefined },
        takesOwnKind: true,
        service: through(CollectionService),
    },
    { ...common, entityType: 'Facet', entity: Facet, keys: ['code'], service: through(FacetService) },
    {
        ...common,
        entityType: 'Customer',
        entity: Customer,
        keys: ['emailAddress'],
        soft: true,
        service: through(CustomerService, { delete: 'softDelete' }),
    },
];

const byType = new Map([...catalog, ...SERVICE_ENTITIES].map(each => [each.entityType, each as Deletable]));

function codesOf(groups: readonly ObjectLiteral[]): string[] {
    return groups.map(group => group.code as string).sort();
}

export const DELETABLE_TYPES = [...byType.keys()];

export function deletableOf(entityType: string): Deletable {
    return byType.get(entityType)!;
}
