import { isJsonObject, JsonObject, textOf } from '../../../shared/json';
import type { ListMode } from './list-mode';

/**
 * What the records of a batch mention, and so what must be read to compare them. Reading is what an unchanged re-run
 * costs, hence nothing is read that no record mentions.
 */
export class Needs {
    /** Scalar columns of the entity. */
    readonly columns = new Set<string>();
    /** Columns of its translations. */
    readonly texts = new Set<string>();
    readonly languages = new Set<string>();
    /** Custom fields, sorted into columns, texts and relations by the reader. */
    readonly customFields = new Set<string>();
    channels = false;
    facetValues = false;
    assets = false;
    options = false;
    prices = false;
    stock = false;
    taxCategory = false;
    variants = false;

    /** An empty list only means something where lists are replaced. */
    constructor(private readonly modes: { facetValuesMode: ListMode; assetsMode: ListMode }) {}

    add(record: JsonObject): void {
        for (const name in record) this.addField(name, record[name]);
    }

    private addField(name: string, value: unknown): void {
        switch (name) {
            case 'enabled':
            case 'trackInventory':
            case 'outOfStockThreshold':
            case 'useGlobalOutOfStockThreshold':
                this.columns.add(name);
                break;
            case 'name':
            case 'slug':
            case 'description':
                this.texts.add(name);
                break;
            case 'translations':
                for (const translation of lists(value)) this.addTranslation(translation);
                break;
            case 'customFields':
                this.addCustomFields(value);
                break;
            case 'facetValues':
                if (matters(value, this.modes.facetValuesMode)) this.facetValues = true;
                break;
            case 'assets':
                if (matters(value, this.modes.assetsMode)) this.assets = true;
                break;
            case 'featuredAsset':
                this.assets = true;
                break;
            case 'channels':
                this.channels = true;
                break;
            case 'options':
            case 'optionGroups':
                this.options = true;
                break;
            case 'price':
            case 'prices':
                this.prices = true;
                if (lists(value).some(price => 'channel' in price)) this.channels = true;
                break;
            case 'stock':
            case 'stockOnHand':
                this.stock = true;
                break;
            case 'taxCategory':
                this.taxCategory = true;
                break;
            case 'variants':
                this.variants = true;
        }
    }

    private addTranslation(translation: JsonObject): void {
        for (const name in translation) {
            if (name === 'languageCode') this.languages.add(textOf(translation[name]));
            else if (name === 'customFields') this.addCustomFields(translation[name]);
            else this.texts.add(name);
        }
    }

    private addCustomFields(value: unknown): void {
        if (isJsonObject(value)) for (const name in value) this.customFields.add(name);
    }
}

function matters(value: unknown, mode: ListMode): boolean {
    return mode === 'REPLACE_ALL' || !Array.isArray(value) || value.length > 0;
}

function lists(value: unknown): JsonObject[] {
    return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
