import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { addressOfEntity, type NamedEntity } from './entity-link';
import { wordsOf } from './field-path';

const names: Record<string, MessageDescriptor> = {
    Address: msg`Address`,
    Asset: msg`Asset`,
    Collection: msg`Collection`,
    Customer: msg`Customer`,
    CustomerGroup: msg`Customer group`,
    Facet: msg`Facet`,
    FacetValue: msg`Facet value`,
    Order: msg`Order`,
    Product: msg`Product`,
    ProductOption: msg`Option`,
    ProductOptionGroup: msg`Option group`,
    ProductVariant: msg`Variant`,
    Tag: msg`Tag`,
    User: msg`User`,
};

/** What a type of entities is called; one that is not listed by the words of its name. */
export function useEntityTypeName(): (entityType: string) => string {
    const { t } = useLingui();
    return entityType => {
        const name = names[entityType];
        return name ? t(name) : wordsOf(entityType);
    };
}

/** The entity with its type; a link to its page while it exists. */
export function EntityName({ entity }: Readonly<{ entity: NamedEntity & { entityKey: string } }>) {
    const typeName = useEntityTypeName();
    const address = addressOfEntity(entity);
    return (
        <span className="flex min-w-0 flex-col">
            {address ? (
                <Link
                    className="break-words font-medium underline decoration-dotted underline-offset-4 hover:decoration-solid"
                    to={address}
                >
                    {entity.entityKey}
                </Link>
            ) : (
                <span className="break-words font-medium">{entity.entityKey}</span>
            )}
            <span className="text-xs text-muted-foreground">{typeName(entity.entityType)}</span>
        </span>
    );
}
