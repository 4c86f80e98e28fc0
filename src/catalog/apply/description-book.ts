import type { DataSource } from 'typeorm';
import { customDescriptions } from '../custom-entity/custom-descriptions';
import { DESCRIPTIONS } from './descriptions';
import type { EntityDescription } from './entity-description';

/** Every entity that change sets can write. */
export class DescriptionBook {
    private readonly byEntityType: ReadonlyMap<string, EntityDescription>;

    constructor(
        /** In the order in which rows must be created so that foreign keys hold. */
        readonly all: readonly EntityDescription[],
    ) {
        this.byEntityType = new Map(all.map(description => [description.entityType, description]));
    }

    /** Undefined for a type that change sets cannot write. */
    find(entityType: string): EntityDescription | undefined {
        return this.byEntityType.get(entityType);
    }
}

/** Those of Vendure. */
export const BUILT_IN = new DescriptionBook(DESCRIPTIONS);

const books = new WeakMap<DataSource, DescriptionBook>();

/** Those of Vendure, and the entities that other plugins have added to the shop. */
export function descriptionsIn(dataSource: DataSource): DescriptionBook {
    let book = books.get(dataSource);
    if (!book) {
        book = new DescriptionBook([...DESCRIPTIONS, ...customDescriptions(dataSource)]);
        books.set(dataSource, book);
    }
    return book;
}
