import {
    Channel,
    ChannelAware,
    Country,
    DeepPartial,
    HasCustomFields,
    LanguageCode,
    LocaleString,
    PluginCommonModule,
    Product,
    Translatable,
    Translation,
    VendureEntity,
    VendurePlugin,
} from '@vendure/core';
import {
    Column,
    DeleteDateColumn,
    Entity,
    Index,
    JoinTable,
    ManyToMany,
    ManyToOne,
    OneToMany,
    PrimaryColumn,
    PrimaryGeneratedColumn,
    type Relation,
    VersionColumn,
} from 'typeorm';

class BrandFields {}
class BrandTranslationFields {}

/** One column of each kind, texts in several languages, channels, custom fields, and relations of each kind. */
@Entity()
export class Brand extends VendureEntity implements Translatable, ChannelAware, HasCustomFields {
    constructor(input?: DeepPartial<Brand>) {
        super(input);
    }

    name!: LocaleString;
    claim!: LocaleString;

    @Index({ unique: true })
    @Column({ length: 12 })
    code!: string;

    @Column({ default: true })
    enabled!: boolean;

    @Column({ type: 'smallint', nullable: true })
    founded!: number | null;

    @Column({ type: 'bigint', nullable: true })
    turnover!: string | null;

    @Column({ type: 'decimal', precision: 7, scale: 3, default: 0 })
    share!: string;

    @Column({ type: 'float', nullable: true })
    score!: number | null;

    @Column({ type: Date, nullable: true })
    launchedAt!: Date | null;

    @Column({ type: 'simple-json', nullable: true })
    details!: unknown;

    @Column({ type: 'simple-enum', enum: ['LUXURY', 'BASIC'], default: 'BASIC' })
    kind!: string;

    @Column({ type: 'simple-array', nullable: true })
    labels!: string[] | null;

    @Column({ nullable: true, select: false })
    password!: string;

    @Column({
        nullable: true,
        transformer: {
            to: (value: string | null) => value && `x-${value}`,
            from: (held: string | null) => held?.slice(2) ?? null,
        },
    })
    secretName!: string;

    @Column({ type: 'date', nullable: true })
    firstDay!: string | null;

    @Column({ type: 'time', nullable: true })
    opensAt!: string | null;

    @VersionColumn()
    version!: number;

    @ManyToOne(() => Country, { nullable: true })
    country!: Relation<Country> | null;

    @ManyToOne(() => Brand, { nullable: true })
    parent!: Relation<Brand> | null;

    @ManyToMany(() => Product)
    @JoinTable()
    products!: Relation<Product>[];

    @ManyToMany(() => Channel)
    @JoinTable()
    channels!: Channel[];

    @OneToMany(() => BrandTranslation, translation => translation.base, { eager: true })
    translations!: Relation<BrandTranslation>[];

    @Column(() => BrandFields)
    customFields!: BrandFields;
}

@Entity()
class BrandTranslation extends VendureEntity implements Translation<Brand> {
    constructor(input?: DeepPartial<Brand>) {
        super(input);
    }

    @Column({ type: 'varchar' })
    languageCode!: LanguageCode;

    @Column()
    name!: string;

    @Column({ type: 'text', nullable: true })
    claim!: string;

    @Index()
    @ManyToOne(() => Brand, brand => brand.translations, { onDelete: 'CASCADE' })
    base!: Relation<Brand>;

    @Column(() => BrandTranslationFields)
    customFields!: BrandTranslationFields;
}

class Place {
    @Column({ nullable: true, type: 'varchar' })
    aisle!: string | null;
}

/** A key of its own instead of an id, a column of another name for the soft delete, an embedded column. */
@Entity()
@Index(['brand', 'position'], { unique: true })
export class BrandShelf {
    @PrimaryColumn({ length: 20 })
    label!: string;

    @Column()
    position!: number;

    @Column({ default: 0 })
    stock!: number;

    @Column(() => Place)
    place!: Place;

    @DeleteDateColumn()
    removedAt!: Date | null;

    @ManyToOne(() => Brand)
    brand!: Relation<Brand>;
}

@Entity()
export class BrandNote {
    @PrimaryGeneratedColumn('uuid')
    id!: string;

    @Column()
    topic!: string;

    @Column({ type: 'text' })
    text!: string;

    @ManyToOne(() => Brand)
    brand!: Relation<Brand>;

    @ManyToOne(() => BrandNote, { nullable: true })
    replaces!: Relation<BrandNote> | null;
}

/** Nothing that could be told apart by one column. */
@Entity()
class BrandPair {
    @PrimaryColumn()
    left!: number;

    @PrimaryColumn()
    right!: number;
}

@VendurePlugin({
    imports: [PluginCommonModule],
    entities: [Brand, BrandTranslation, BrandShelf, BrandNote, BrandPair],
    compatibility: '^3.7.0',
})
export class BrandPlugin {}
