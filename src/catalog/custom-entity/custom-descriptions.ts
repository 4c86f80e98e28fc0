import type { DataSource, EntityMetadata } from 'typeorm';
import type { EntityDescription } from '../apply/entity-description';
import { CustomShape } from './custom-shape';
import { loadableEntities } from './find-entity';

/** How change sets of the entities of other plugins are written; each entity after those that it points to. */
export function customDescriptions(dataSource: DataSource): EntityDescription[] {
    const left = new Set(loadableEntities(dataSource));
    const sorted: EntityMetadata[] = [];
    const visit = (metadata: EntityMetadata): void => {
        if (!left.delete(metadata)) return;
        for (const { isOwning, isManyToMany, inverseEntityMetadata } of metadata.relations) {
            if (isOwning && !isManyToMany) visit(inverseEntityMetadata);
        }
        sorted.push(metadata);
    };
    for (const metadata of [...left]) visit(metadata);
    return sorted.map(metadata => new CustomShape(metadata, dataSource).description);
}
