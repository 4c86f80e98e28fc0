import { type JsonObject, textOf } from '../../../shared/json';
import { definitionSchema, type PipelineDefinition } from '../../sdk/definition/definition';
import { magento } from './magento-catalog';
import { shopify, shopifyTemplate } from './shopify-catalog';
import { exportColumns, type ShopifyColumns, templateColumns } from './shopify-columns';
import { vendure } from './vendure-catalog';
import { woocommerce } from './woocommerce-catalog';

/** A kind of file that is known as a whole, with the pipeline that loads it. */
export interface FileStyle {
    code: string;
    name: string;
    description: string;
    /** Columns without which a file is of another kind. */
    required: readonly string[];
    /** Further ones that tell it from similar kinds. */
    usual: readonly string[];
    /** What of the file the pipeline leaves out, a sentence each. */
    limits: readonly string[];
    definition: PipelineDefinition;
}

export const FILE_STYLES: readonly FileStyle[] = [
    {
        code: 'shopify-products',
        name: 'Shopify: products',
        description: 'The CSV file that Shopify exports products to: rows with the same handle are one product.',
        ...shopifyTraits(exportColumns),
        definition: definitionSchema.parse(shopify.definition),
    },
    {
        code: 'shopify-template-products',
        name: 'Shopify: product template',
        description:
            'A CSV file with the columns of Shopify’s product template, which are called otherwise than those of its exports.',
        ...shopifyTraits(templateColumns),
        definition: definitionSchema.parse(shopifyTemplate.definition),
    },
    {
        code: 'woocommerce-products',
        name: 'WooCommerce: products',
        description:
            'The CSV file that WooCommerce exports products to: variations name their product in the column Parent.',
        required: ['Type', 'SKU', 'Name', 'Regular price'],
        usual: [
            'ID',
            'Published',
            'Visibility in catalog',
            'Short description',
            'Tax class',
            'Categories',
            'Images',
            'Parent',
            'Attribute 1 name',
        ],
        limits: [
            'Left out: downloads, shipping classes, purchase notes, the tax status, what other plugins store (Meta), and attributes of more than 255 characters.',
        ],
        definition: definitionSchema.parse(woocommerce.definition),
    },
    {
        code: 'magento-products',
        name: 'Magento: products',
        description: 'The CSV file that Magento 2 exports products to: further store views have rows of their own.',
        required: ['sku', 'product_type', 'name', 'price'],
        usual: [
            'store_view_code',
            'attribute_set_code',
            'categories',
            'url_key',
            'product_online',
            'tax_class_name',
            'base_image',
            'additional_attributes',
            'qty',
            'configurable_variations',
        ],
        limits: [
            'Left out: custom options, parts of bundles, labels of images, meta keywords, and attributes of more than 255 characters.',
            'Products without a tax class get the default tax category.',
        ],
        definition: definitionSchema.parse(magento.definition),
    },
    {
        code: 'vendure-products',
        name: 'Vendure: products',
        description:
            'The format of Vendure’s own importer: a row with an empty name is one more variant of the product above.',
        required: ['name', 'sku', 'price'],
        usual: [
            'slug',
            'optionGroups',
            'optionValues',
            'facets',
            'variantFacets',
            'assets',
            'variantAssets',
            'taxCategory',
        ],
        limits: [],
        definition: definitionSchema.parse(vendure.definition),
    },
];

/** With less of the usual columns it is more likely a table of somebody's own that shares some names. */
const LEAST_SHARE = 0.5;

export interface RecognisedStyle {
    style: FileStyle;
    /** Code of the loader that its pipeline writes with. */
    loader: string;
    /** Share of its columns that the file has, from 0 to 1. */
    confidence: number;
}

/** Best first. */
export function recogniseStyles(columns: readonly string[], styles = FILE_STYLES): RecognisedStyle[] {
    const names = new Set(columns.map(name => name.trim()));
    const found: RecognisedStyle[] = [];
    for (const style of styles) {
        if (!style.required.every(name => names.has(name))) continue;
        const known = [...style.required, ...style.usual];
        const confidence = known.filter(name => names.has(name)).length / known.length;
        if (confidence >= LEAST_SHARE)
            found.push({ style, loader: loaderOf(style), confidence: Math.round(confidence * 100) / 100 });
    }
    return found.sort((a, b) => b.confidence - a.confidence);
}

/** The pipeline of the style, reading this file. `file` holds settings of the extractor `file`; they go before its own. */
export function styleDefinition({ definition }: FileStyle, file: JsonObject): PipelineDefinition {
    const steps = definition.steps.map(step => {
        if (step.type !== 'EXTRACT') return step;
        const { path: _, uploadId: __, ...own } = step.config;
        return { ...step, config: { ...own, ...file } };
    });
    return { ...definition, steps };
}

function shopifyTraits(columns: ShopifyColumns): Pick<FileStyle, 'required' | 'usual' | 'limits'> {
    const { handle, title, price, description, optionNames, optionValues, sku, image, published } = columns;
    return {
        required: [handle, title, price],
        usual: [description, 'Vendor', optionNames[0], optionValues[0], sku, image, published],
        limits: [
            'Left out: alternative texts of images, prices of markets, metafields, whether tax is charged, and what is for shipping or Google Shopping alone.',
        ],
    };
}

function loaderOf({ definition }: FileStyle): string {
    const loads = definition.steps.filter(({ type }) => type === 'LOAD');
    return textOf(loads[0]?.config.adapterCode);
}
