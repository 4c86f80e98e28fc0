import { type JsonObject, type JsonValue, textOf } from '../../../shared/json';
import { edgesOf } from '../../../shared/edges';
import type { PipelineDefinition, StepDefinition } from '../../sdk/definition/definition';

/** Names of the custom fields that a shop has. */
export interface ShopFields {
    product: readonly string[];
    variant: readonly string[];
    /** Those of variants that cannot be cleared. */
    variantNeeds?: readonly string[];
}

export interface Fitted {
    definition: PipelineDefinition;
    /** What is done otherwise than the definition has it, a sentence each. */
    notes: string[];
}

/**
 * A known pipeline puts what Vendure has no field for into custom fields. Where a shop lacks one, it is left out, because a
 * record with it would be refused.
 */
export function fitToShop(definition: PipelineDefinition, shop: ShopFields): Fitted {
    const load = definition.steps.find(({ type, config }) => type === 'LOAD' && config.adapterCode === 'product');
    if (!load) return { definition, notes: [] };
    const names = [
        ...new Set([...JSON.stringify(definition).matchAll(/ustomFields\.(\w+)/g)].map(([, name]) => name!)),
    ];
    const removals = removalsOf(names, shop);
    const before = edgesOf(definition).find(({ to, dependencyOnly }) => to === load.key && !dependencyOnly)?.from;
    const steps = definition.steps.map(step => {
        if (step.key === before && removals.length > 0) return withOperators(step, removals);
        return step === load ? matchedOtherwise(step, shop) : step;
    });
    return { definition: { ...definition, steps }, notes: notesOf(names, load, shop) };
}

function removalsOf(names: readonly string[], { product, variant, variantNeeds = [] }: ShopFields): JsonObject[] {
    const pathsIn = (known: readonly string[]) =>
        names.filter(name => !known.includes(name)).map(name => `customFields.${name}`);
    const remove = (paths: string[]): JsonObject => ({ op: 'remove', args: { paths } });
    const within = (path: string, operators: JsonObject[]): JsonObject => ({ op: 'each', args: { path, operators } });
    const unlessFilled = (path: string): JsonObject => ({
        op: 'when',
        args: { if: { field: path, isEmpty: true }, then: [remove([path])] },
    });
    const [ofProduct, ofVariant] = [pathsIn(product), pathsIn(variant)];
    const onVariants = [
        ...(ofVariant.length > 0 ? [remove(ofVariant)] : []),
        ...names.filter(name => variantNeeds.includes(name)).map(name => unlessFilled(`customFields.${name}`)),
    ];
    return [
        ...(ofProduct.length > 0 ? [remove(ofProduct), within('translations', [remove(ofProduct)])] : []),
        ...(onVariants.length > 0 ? [within('variants', onVariants)] : []),
    ];
}

function withOperators(step: StepDefinition, operators: JsonObject[]): StepDefinition {
    const own = (step.config.operators ?? []) as JsonValue[];
    return { ...step, config: { ...step.config, operators: [...own, ...operators] } };
}

function matchedOtherwise(step: StepDefinition, { product }: ShopFields): StepDefinition {
    if (!isMatchedByMissing(step, product)) return step;
    const { matchField: _, ...config } = step.config;
    return { ...step, config: { ...config, matchBy: 'slug' } };
}

function isMatchedByMissing({ config }: StepDefinition, product: readonly string[]): boolean {
    return config.matchBy === 'customField' && !product.includes(textOf(config.matchField));
}

function notesOf(names: readonly string[], load: StepDefinition, { product, variant }: ShopFields): string[] {
    const missing = names.filter(name => !product.includes(name) && !variant.includes(name));
    const notes: string[] = [];
    if (missing.length > 0) {
        notes.push(`Left out, because the shop has no custom fields for it: ${missing.join(', ')}.`);
    }
    if (isMatchedByMissing(load, product)) {
        notes.push(
            `Products are found by their slugs, because they have no custom field "${textOf(load.config.matchField)}" for the id of the other shop.`,
        );
    }
    return notes;
}
