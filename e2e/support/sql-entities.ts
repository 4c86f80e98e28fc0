import {
    Column,
    CreateDateColumn,
    ChildEntity,
    Entity,
    Index,
    JoinColumn,
    JoinTable,
    ManyToMany,
    ManyToOne,
    PrimaryGeneratedColumn,
    TableInheritance,
    UpdateDateColumn,
    VersionColumn,
} from 'typeorm';

/** Entities for tests of the SQL layer: one of each kind that Vendure and its plugins use. */
class Extras {
    @Column({ type: 'varchar', nullable: true })
    erpId!: string | null;

    @Column({ type: 'boolean', default: false })
    isHeavy!: boolean;

    @Column({ type: 'int', nullable: true })
    points!: number | null;
}

@Entity()
export class Everything {
    @PrimaryGeneratedColumn('increment')
    id!: number;

    @CreateDateColumn()
    createdAt!: Date;

    @UpdateDateColumn()
    updatedAt!: Date;

    @VersionColumn()
    version!: number;

    @Column()
    name!: string;

    @Column('text', { nullable: true })
    note!: string | null;

    @Column({ type: 'int', nullable: true })
    count!: number | null;

    @Column({ type: 'bigint', nullable: true })
    big!: string | null;

    @Column({ type: 'decimal', precision: 14, scale: 3, nullable: true })
    amount!: string | null;

    @Column({ type: 'double precision', nullable: true })
    ratio!: number | null;

    @Column({ type: Boolean, nullable: true })
    isOn!: boolean | null;

    @Column({ type: Date, precision: 3, nullable: true })
    happenedAt!: Date | null;

    @Column({ type: 'date', nullable: true })
    day!: string | null;

    @Column({ type: 'simple-json', nullable: true })
    settings!: unknown;

    @Column({ type: 'json', nullable: true })
    document!: unknown;

    @Column({ type: 'simple-array', nullable: true })
    tags!: string[] | null;

    @Column({
        type: 'text',
        nullable: true,
        transformer: {
            to: (value: unknown) => (value === null || value === undefined ? null : `<${JSON.stringify(value)}>`),
            from: (value: string | null) => (value === null ? null : (JSON.parse(value.slice(1, -1)) as unknown)),
        },
    })
    wrapped!: unknown;

    @Column(() => Extras)
    customFields!: Extras;
}

@Entity()
export class UuidThing {
    @PrimaryGeneratedColumn('uuid')
    id!: string;

    @Column()
    name!: string;

    @ManyToOne(() => UuidThing, { nullable: true })
    parent!: UuidThing | null;
}

@Entity()
export class Shop {
    @PrimaryGeneratedColumn('increment')
    id!: number;

    @Column({ length: 20 })
    @Index({ unique: true })
    code!: string;
}

@Entity()
export class Article {
    @PrimaryGeneratedColumn('increment')
    id!: number;

    @CreateDateColumn()
    createdAt!: Date;

    @UpdateDateColumn()
    updatedAt!: Date;

    @Column({ type: Date, nullable: true })
    deletedAt!: Date | null;

    @Column()
    sku!: string;

    @Column({ type: 'int', default: 7 })
    stock!: number;

    @ManyToOne(() => Shop, { nullable: true })
    @JoinColumn({ name: 'homeShopId' })
    homeShop!: Shop | null;

    @ManyToMany(() => Shop)
    @JoinTable()
    shops!: Shop[];
}

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'discriminator' } })
export abstract class Movement {
    @PrimaryGeneratedColumn('increment')
    id!: number;

    @Column({ type: 'varchar' })
    type!: string;

    @Column()
    quantity!: number;
}

@ChildEntity()
export class Adjustment extends Movement {}

@ChildEntity()
export class Sale extends Movement {
    @Column({ type: 'varchar', nullable: true })
    orderCode!: string | null;
}

export const sqlEntities = [Everything, UuidThing, Shop, Article, Movement, Adjustment, Sale];

export enum Colour {
    /** @public never used by a test: the column must know more than one value. */
    Red = 'red',
    Green = 'green',
}

/** Types that only PostgreSQL has. */
@Entity()
export class PostgresOnly {
    @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
    id!: number;

    @Column({ type: 'enum', enum: Colour, nullable: true })
    colour!: Colour | null;

    @Column({ type: 'int', array: true, nullable: true })
    sizes!: number[] | null;

    @Column({ type: 'text', array: true, nullable: true })
    words!: string[] | null;

    @Column({ type: 'jsonb', nullable: true })
    document!: unknown;

    @Column({ type: 'timestamp with time zone', nullable: true })
    zonedAt!: Date | null;

    @Column({ type: 'bytea', nullable: true })
    bytes!: Buffer | null;

    @Column({ type: 'char', length: 3, nullable: true })
    currency!: string | null;
}
