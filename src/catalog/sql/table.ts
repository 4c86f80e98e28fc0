import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { Defect } from '../../sdk/errors';
import { Column, compileColumn } from './column';
import type { JoinTable, Table } from './sql-session';

/** A table with its columns compiled on first use; lives as long as the data source. */
export class CompiledTable implements Table {
    readonly path: string;
    private readonly columns = new Map<string, Column | undefined>();

    constructor(
        readonly dataSource: DataSource,
        readonly metadata: EntityMetadata,
    ) {
        this.path = metadata.tablePath
            .split('.')
            .map(part => (part === '' ? part : dataSource.driver.escape(part)))
            .join('.');
    }

    column(propertyPath: string): string {
        return this.compiled(propertyPath).name;
    }

    has(propertyPath: string): boolean {
        return this.find(propertyPath) !== undefined;
    }

    compiled(propertyPath: string): Column {
        const column = this.find(propertyPath);
        if (column) return column;
        throw new Defect(
            'unknown-column',
            `${this.metadata.name} has no column for the property "${propertyPath}".`,
            `Known properties: ${this.metadata.columns.map(({ propertyPath: known }) => known).join(', ')}.`,
        );
    }

    compiledAll(propertyPaths: readonly string[]): Column[] {
        return propertyPaths.map(path => this.compiled(path));
    }

    /** The only primary column; throws for entities with composite keys. */
    get id(): Column {
        return this.compiled(this.idPath);
    }

    get idPath(): string {
        const [id, ...others] = this.metadata.primaryColumns;
        if (!id || others.length > 0) {
            throw new Defect('no-single-id', `${this.metadata.name} has no single primary column to return ids of.`);
        }
        return id.propertyPath;
    }

    /** True when an index can find rows by some of the given columns. */
    isIndexed(columns: readonly Column[]): boolean {
        const { primaryColumns, indices, uniques, foreignKeys } = this.metadata;
        const leading = [
            primaryColumns[0],
            ...[...indices, ...uniques, ...foreignKeys].map(({ columns: [first] }) => first),
        ].map(column => column?.databaseName);
        return columns.some(column => leading.includes(column.metadata.databaseName));
    }

    private find(propertyPath: string): Column | undefined {
        if (this.columns.has(propertyPath)) return this.columns.get(propertyPath);
        const metadata =
            this.metadata.findColumnWithPropertyPath(propertyPath) ??
            // Join columns of relations without an id property are known to TypeORM by their database name only.
            this.metadata.findColumnWithDatabaseName(propertyPath);
        const column = metadata && compileColumn(this.dataSource, metadata, propertyPath);
        this.columns.set(propertyPath, column);
        return column;
    }
}

export class CompiledJoinTable implements JoinTable {
    readonly path: string;
    readonly ownerColumn: string;
    readonly targetColumn: string;

    constructor(
        readonly table: CompiledTable,
        readonly owner: Column,
        readonly target: Column,
    ) {
        this.path = table.path;
        this.ownerColumn = owner.name;
        this.targetColumn = target.name;
    }
}

/** Everything compiled for one data source. */
export class TableCatalog {
    private readonly tables = new Map<EntityMetadata, CompiledTable>();
    /** What callers name tables by: they ask for one per entity of a batch. */
    private readonly named = new Map<EntityTarget<ObjectLiteral>, CompiledTable>();
    private readonly joins = new Map<EntityMetadata, Map<string, CompiledJoinTable>>();

    private constructor(private readonly dataSource: DataSource) {}

    static of(dataSource: DataSource): TableCatalog {
        let catalog = catalogs.get(dataSource);
        if (!catalog) catalogs.set(dataSource, (catalog = new TableCatalog(dataSource)));
        return catalog;
    }

    table(entity: EntityTarget<ObjectLiteral>): CompiledTable {
        let table = this.named.get(entity);
        if (!table) this.named.set(entity, (table = this.compile(this.dataSource.getMetadata(entity))));
        return table;
    }

    joinTable(entity: EntityTarget<ObjectLiteral>, relationPath: string): CompiledJoinTable {
        const metadata = this.dataSource.getMetadata(entity);
        let ofEntity = this.joins.get(metadata);
        if (!ofEntity) this.joins.set(metadata, (ofEntity = new Map<string, CompiledJoinTable>()));
        let join = ofEntity.get(relationPath);
        if (!join) ofEntity.set(relationPath, (join = this.compileJoin(metadata, relationPath)));
        return join;
    }

    private compile(metadata: EntityMetadata): CompiledTable {
        let table = this.tables.get(metadata);
        if (!table) this.tables.set(metadata, (table = new CompiledTable(this.dataSource, metadata)));
        return table;
    }

    private compileJoin(metadata: EntityMetadata, relationPath: string): CompiledJoinTable {
        const relation = metadata.findRelationWithPropertyPath(relationPath);
        const junction = relation?.junctionEntityMetadata;
        const [owning] = junction?.ownerColumns ?? [];
        const [inverse] = junction?.inverseColumns ?? [];
        if (!relation || !junction || !owning || !inverse) {
            throw new Defect('no-join-table', `${metadata.name}.${relationPath} is not a many-to-many relation.`);
        }
        const table = this.compile(junction);
        const [owner, target] = relation.isManyToManyOwner ? [owning, inverse] : [inverse, owning];
        return new CompiledJoinTable(
            table,
            compileColumn(this.dataSource, owner, owner.databaseName),
            compileColumn(this.dataSource, target, target.databaseName),
        );
    }
}

const catalogs = new WeakMap<DataSource, TableCatalog>();
