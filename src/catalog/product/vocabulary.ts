/**
 * The paths that change sets of the catalog use. `compare` writes them, the applier reads them; nothing else knows them.
 *
 * Values are JSON. A list is given whole, before and after; the applier works out what to link and unlink.
 *
 *     Product            enabled                                   boolean
 *                        translations.<lang>.name|slug|description text
 *                        translations.<lang>.customFields.<name>   localised custom field
 *                        customFields.<name>                       scalar, list, struct; relation: id as text, list of ids
 *                        channels                                  channel codes
 *                        facetValues                               `facet:value` codes
 *                        assets                                    asset keys in order (see ReferenceKind 'Asset')
 *                        featuredAsset                             asset key or null
 *                        optionGroups                              group codes linked to the product
 *     ProductVariant     product                                   product key (CREATE only)
 *                        sku, enabled, trackInventory, outOfStockThreshold, useGlobalOutOfStockThreshold
 *                        taxCategory                               name
 *                        translations.<lang>.name, translations.<lang>.customFields.<name>, customFields.<name>
 *                        channels, facetValues, assets, featuredAsset
 *                        options                                   `groupCode:optionCode`
 *                        prices.<channel code>.<currency>          integer, minor units; absent after = delete
 *                        stock.<location name>                     stockOnHand; the applier adds the stock movement
 *                        adjustments.<external id>.<location>      what was added to the stock; remembered, so that it
 *                                                                  happens once
 *     ProductOptionGroup code, translations.<lang>.name            key: groupCode
 *     ProductOption      code, translations.<lang>.name            key: groupCode:optionCode
 *     Facet              code, isPrivate, translations.<lang>.name key: code
 *     FacetValue         code, translations.<lang>.name            key: facetCode:valueCode
 *     CustomerGroup      name                                      key: name
 *     User               identifier, verified, roles               key: identifier
 *     Customer           title, firstName, lastName, phoneNumber, emailAddress, customFields.<name>
 *                        user                                      identifier or null
 *                        groups, channels                          names, codes
 *     Address            customer                                  customer key (CREATE, or with the deletion)
 *                        country                                   code
 *                        fullName, company, streetLine1, streetLine2, city, province, postalCode, phoneNumber,
 *                        defaultShippingAddress, defaultBillingAddress, customFields.<name>
 *     Tag                value                                     key: value
 *     Asset              source, focalPoint, tags (values)         key: path or URL
 *                        translations.<lang>.name, custom fields
 *     Collection         translations, channels, assets, featuredAsset, custom fields as of Product; key: slug
 *                        isPrivate, inheritFilters, position
 *                        parent                                    key of the parent, null at the top
 *                        filters                                   see collection/filter-values
 *
 * Groups, options, facets, facet values and assets are created without `channels`: they go where the product or variant
 * of their change set goes, and so do those that exist. A facet or value that is not yet in the channel of the run has an
 * UPDATE with the single field `channels`.
 *
 * A variant's change set that names options has the field `product` too, on UPDATE with the same value before and after:
 * codes of groups and options only mean something together with it.
 *
 * Instants are ISO 8601 text. Languages, channels and currencies stand as their codes.
 *
 * A DELETE of Product or ProductVariant is Vendure's soft delete and has the single field `deletedAt`.
 * Order inside a change set: Facet, FacetValue, Asset (those the record needs and that do not exist), then Product,
 * ProductOptionGroup, ProductOption, ProductVariant.
 *
 * A dot inside a channel code, location name or custom field name is written `\.`.
 */
export function joinPath(...parts: string[]): string {
    return parts.map(part => (part.includes('.') ? part.replace(/\./g, '\\.') : part)).join('.');
}

export function splitPath(path: string): readonly string[] {
    let parts = known.get(path);
    if (!parts) {
        // Few paths name more than a field, a language, a channel: some hundred in a whole run.
        if (known.size >= MAX_KNOWN) known.clear();
        known.set(path, (parts = split(path)));
    }
    return parts;
}

function split(path: string): string[] {
    if (!path.includes('\\')) return path.split('.');
    return path.split(/(?<!\\)\./).map(part => part.replace(/\\\./g, '.'));
}

const MAX_KNOWN = 10_000;
const known = new Map<string, readonly string[]>();
