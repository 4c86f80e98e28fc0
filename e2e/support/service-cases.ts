import {
    AdministratorService,
    ChannelService,
    CountryService,
    CustomerGroupService,
    type Injector,
    PaymentMethodService,
    PromotionService,
    type RequestContext,
    RoleService,
    SellerService,
    ShippingMethodService,
    StockLocationService,
    TagService,
    TaxCategoryService,
    TaxRateService,
    ZoneService,
} from '@vendure/core';
import type { JsonObject } from '../../shared/json';

/** The same thing once as records and once as Vendure's services take it. */
export interface ServiceCase {
    code: string;
    settings?: JsonObject;
    create: JsonObject;
    update: JsonObject;
    /** Of the update, as a plan says it. */
    changes: JsonObject;
    /** A record that Vendure or the loader refuses, and why. */
    refused: [record: JsonObject, reason: RegExp];
    byService: (vendure: VendureSide) => Promise<void>;
}

export interface VendureSide {
    ctx: RequestContext;
    injector: Injector;
    /** Of something that is there, by natural key. */
    id: (table: string, key: string, value: string) => Promise<number>;
}

const checker = (orderMinimum: number) => ({
    code: 'default-shipping-eligibility-checker',
    arguments: [{ name: 'orderMinimum', value: String(orderMinimum) }],
});
const calculator = (rate: number) => ({
    code: 'default-shipping-calculator',
    arguments: [
        { name: 'rate', value: String(rate) },
        { name: 'includesTax', value: 'auto' },
        { name: 'taxRate', value: '0' },
    ],
});
const handler = (automaticSettle: boolean) => ({
    code: 'dummy-payment-handler',
    arguments: [{ name: 'automaticSettle', value: String(automaticSettle) }],
});
const minimum = (amount: number) => ({
    code: 'minimum_order_amount',
    arguments: [
        { name: 'amount', value: String(amount) },
        { name: 'taxInclusive', value: 'true' },
    ],
});
const discount = (percent: number) => ({
    code: 'order_percentage_discount',
    arguments: [{ name: 'discount', value: String(percent) }],
});
const asRecord = ({ code, arguments: list }: ReturnType<typeof checker>) => ({
    code,
    args: Object.fromEntries(list.map(({ name, value }) => [name, value])),
});

export const serviceCases: ServiceCase[] = [
    {
        code: 'taxCategory',
        create: { name: 'Books', customFields: { note: 'old' } },
        update: { name: 'Books', isDefault: true, customFields: { note: null } },
        changes: { isDefault: [false, true], 'customFields.note': ['old', null] },
        refused: [{ name: 'Toys', customFields: { unheardOf: 1 } }, /there is no such custom field/],
        async byService({ ctx, injector }) {
            const service = injector.get(TaxCategoryService);
            const { id } = await service.create(ctx, {
                name: 'Books',
                isDefault: false,
                customFields: { note: 'old' },
            });
            await service.update(ctx, { id, isDefault: true, customFields: { note: null } });
        },
    },
    {
        code: 'country',
        create: { code: 'AT', name: 'Austria', translations: [{ languageCode: 'de', name: 'Oesterreich' }] },
        update: { code: 'AT', enabled: false, translations: [{ languageCode: 'de', name: 'Österreich' }] },
        changes: { enabled: [true, false], 'translations.de.name': ['Oesterreich', 'Österreich'] },
        refused: [{ code: 'CH', enabled: true }, /name is missing; it is needed to create this entity/],
        async byService({ ctx, injector }) {
            const service = injector.get(CountryService);
            const { id } = await service.create(ctx, {
                code: 'AT',
                enabled: true,
                translations: [
                    { languageCode: 'en', name: 'Austria' },
                    { languageCode: 'de', name: 'Oesterreich' },
                ] as never,
            });
            const translations = [{ languageCode: 'de', name: 'Österreich' }] as never;
            await service.update(ctx, { id, enabled: false, translations });
        },
    },
    {
        code: 'zone',
        settings: { countriesMode: 'REPLACE_ALL' },
        create: { name: 'DACH', countries: ['DE'], customFields: { note: 'x', chief: 1 } },
        update: { name: 'DACH', countries: ['AT'], customFields: { chief: { id: 2 } } },
        changes: { countries: [['DE'], ['AT']], 'customFields.chief': ['1', '2'] },
        refused: [{ name: 'Nowhere', countries: ['XX'] }, /there is no country with the code "XX"/],
        async byService({ ctx, injector, id }) {
            const service = injector.get(ZoneService);
            const [germany, austria] = [await id('region', 'code', 'DE'), await id('region', 'code', 'AT')];
            const { id: zoneId } = await service.create(ctx, {
                name: 'DACH',
                memberIds: [germany],
                customFields: { note: 'x', chiefId: 1 },
            });
            await service.update(ctx, { id: zoneId, customFields: { chiefId: 2 } });
            await service.addMembersToZone(ctx, { zoneId, memberIds: [austria] });
            await service.removeMembersFromZone(ctx, { zoneId, memberIds: [germany] });
        },
    },
    {
        code: 'customerGroup',
        settings: { customersMode: 'REPLACE_ALL' },
        create: { name: 'Wholesale', customers: ['first@example.com'] },
        update: { name: 'Wholesale', customers: ['Second@example.com'] },
        changes: { customers: [['first@example.com'], ['second@example.com']] },
        refused: [{ name: 'Others', customers: ['nobody@example.com'] }, /no customer with the e-mail address/],
        async byService({ ctx, injector, id }) {
            const service = injector.get(CustomerGroupService);
            const first = await id('customer', 'emailAddress', 'first@example.com');
            const second = await id('customer', 'emailAddress', 'second@example.com');
            const { id: customerGroupId } = await service.create(ctx, { name: 'Wholesale', customerIds: [first] });
            await service.addCustomersToGroup(ctx, { customerGroupId, customerIds: [second] });
            await service.removeCustomersFromGroup(ctx, { customerGroupId, customerIds: [first] });
        },
    },
    {
        code: 'taxRate',
        create: {
            name: 'Germany',
            value: 19,
            category: 'Standard Tax',
            zone: 'Europe',
            customerGroup: 'Wholesale',
        },
        update: { name: 'Germany', value: 7.7, category: 'Reduced Tax', customerGroup: null },
        changes: {
            value: [19, 7.7],
            category: ['Standard Tax', 'Reduced Tax'],
            customerGroup: ['Wholesale', null],
        },
        refused: [{ name: 'B', value: 5, category: 'Standard Tax', zone: 'Mars' }, /there is no zone called "Mars"/],
        async byService({ ctx, injector, id }) {
            const service = injector.get(TaxRateService);
            const created = await service.create(ctx, {
                name: 'Germany',
                enabled: true,
                value: 19,
                categoryId: await id('tax_category', 'name', 'Standard Tax'),
                zoneId: await id('zone', 'name', 'Europe'),
                customerGroupId: await id('customer_group', 'name', 'Wholesale'),
            });
            await service.update(ctx, {
                id: created.id,
                value: 7.7,
                categoryId: await id('tax_category', 'name', 'Reduced Tax'),
                // The API of Vendure has no other way to take it away.
                customerGroup: null,
            } as never);
        },
    },
    {
        code: 'tag',
        create: { value: 'autumn' },
        update: { value: 'autumn' },
        changes: {},
        refused: [{ value: '' }, /must not be empty/],
        async byService({ ctx, injector }) {
            await injector.get(TagService).create(ctx, { value: 'autumn' });
        },
    },
    {
        code: 'seller',
        create: { name: 'Acme', customFields: { note: 'x' } },
        update: { name: 'Acme', customFields: { note: 'y' } },
        changes: { 'customFields.note': ['x', 'y'] },
        refused: [{ name: null }, /must be text/],
        async byService({ ctx, injector }) {
            const service = injector.get(SellerService);
            const { id } = await service.create(ctx, { name: 'Acme', customFields: { note: 'x' } });
            await service.update(ctx, { id, customFields: { note: 'y' } });
        },
    },
    {
        code: 'channel',
        create: {
            code: 'b2b',
            token: 'b2b-token',
            seller: 'Acme',
            defaultLanguageCode: 'en',
            defaultCurrencyCode: 'EUR',
            pricesIncludeTax: false,
            defaultTaxZone: 'Europe',
            defaultShippingZone: 'Europe',
        },
        update: { code: 'b2b', seller: null, pricesIncludeTax: true, availableCurrencyCodes: ['EUR', 'USD'] },
        changes: {
            seller: ['Acme', null],
            pricesIncludeTax: [false, true],
            availableCurrencyCodes: [['EUR'], ['EUR', 'USD']],
        },
        refused: [
            {
                code: 'b2c',
                defaultLanguageCode: 'fr',
                defaultCurrencyCode: 'EUR',
                pricesIncludeTax: false,
                defaultTaxZone: 'Europe',
                defaultShippingZone: 'Europe',
            },
            /refused by Vendure: Language "fr" is not available/,
        ],
        async byService({ ctx, injector, id }) {
            const service = injector.get(ChannelService);
            const zone = await id('zone', 'name', 'Europe');
            const created = await service.create(ctx, {
                code: 'b2b',
                token: 'b2b-token',
                sellerId: await id('seller', 'name', 'Acme'),
                defaultLanguageCode: 'en' as never,
                defaultCurrencyCode: 'EUR' as never,
                pricesIncludeTax: false,
                defaultTaxZoneId: zone,
                defaultShippingZoneId: zone,
            });
            await service.update(ctx, {
                id: (created as { id: number }).id,
                sellerId: null as never,
                pricesIncludeTax: true,
                availableCurrencyCodes: ['EUR', 'USD'] as never,
            });
        },
    },
    {
        code: 'stockLocation',
        create: { name: 'Hamburg', channels: ['b2b'] },
        update: { name: 'Hamburg', description: 'Second floor' },
        changes: { description: ['', 'Second floor'] },
        refused: [{ name: 'Kiel', channels: ['nowhere'] }, /there is no channel with the code "nowhere"/],
        async byService({ ctx, injector, id }) {
            const service = injector.get(StockLocationService);
            const created = await service.create(ctx, { name: 'Hamburg' });
            const channelId = await id('channel', 'code', 'b2b');
            await service.assignStockLocationsToChannel(ctx, { channelId, stockLocationIds: [created.id] });
            await service.update(ctx, { id: created.id, description: 'Second floor' });
        },
    },
    {
        code: 'shippingMethod',
        create: {
            code: 'standard',
            name: 'Standard',
            fulfillmentHandler: 'manual-fulfillment',
            checker: { code: 'default-shipping-eligibility-checker', args: { orderMinimum: 100 } },
            calculator: asRecord(calculator(500)),
            customFields: { note: 'x', claim: 'Swift', since: '2026-01-01T00:00:00+01:00', rating: 3 },
        },
        update: {
            code: 'standard',
            description: 'Within a week',
            customFields: { rating: 4 },
            calculator: { code: 'default-shipping-calculator', args: { taxRate: 0, rate: 700, includesTax: 'auto' } },
            translations: [{ languageCode: 'de', name: 'Normal' }],
        },
        changes: {
            calculator: [asRecord(calculator(500)), asRecord(calculator(700))],
            'customFields.rating': [3, 4],
            'translations.en.description': ['', 'Within a week'],
            'translations.de.name': [null, 'Normal'],
            'translations.de.description': [null, ''],
        },
        refused: [
            {
                code: 'dear',
                name: 'Dear',
                fulfillmentHandler: 'carrier-pigeon',
                checker: asRecord(checker(0)),
                calculator: asRecord(calculator(1)),
            },
            /no fulfillment handler with the code "carrier-pigeon"/,
        ],
        async byService({ ctx, injector }) {
            const service = injector.get(ShippingMethodService);
            const { id } = await service.create(ctx, {
                code: 'standard',
                fulfillmentHandler: 'manual-fulfillment',
                checker: checker(100),
                calculator: calculator(500),
                translations: [
                    {
                        languageCode: 'en' as never,
                        name: 'Standard',
                        description: '',
                        customFields: { claim: 'Swift' },
                    },
                ],
                customFields: { note: 'x', since: new Date('2025-12-31T23:00:00Z'), rating: 3 },
            });
            await service.update(ctx, {
                id,
                calculator: calculator(700),
                translations: [
                    {
                        languageCode: 'en',
                        name: 'Standard',
                        description: 'Within a week',
                        customFields: { claim: 'Swift' },
                    },
                    { languageCode: 'de', name: 'Normal', description: '' },
                ] as never,
                customFields: { note: 'x', since: new Date('2025-12-31T23:00:00Z'), rating: 4 },
            });
        },
    },
    {
        code: 'paymentMethod',
        create: {
            code: 'on-delivery',
            name: 'On delivery',
            handler: { code: 'dummy-payment-handler', args: { automaticSettle: false } },
            checker: { code: 'any-order' },
            customFields: { note: 'x' },
        },
        update: {
            code: 'on-delivery',
            enabled: false,
            checker: null,
            handler: { code: 'dummy-payment-handler', args: { automaticSettle: true } },
        },
        changes: {
            enabled: [true, false],
            checker: [{ code: 'any-order', args: {} }, null],
            handler: [asRecord(handler(false)), asRecord(handler(true))],
        },
        refused: [
            { code: 'later', name: 'Later', handler: { code: 'dummy-payment-handlr' } },
            /no PaymentMethodHandler with the code "dummy-payment-handlr".*dummy-payment-handler/,
        ],
        async byService({ ctx, injector }) {
            const service = injector.get(PaymentMethodService);
            const { id } = await service.create(ctx, {
                code: 'on-delivery',
                enabled: true,
                handler: handler(false),
                checker: { code: 'any-order', arguments: [] },
                customFields: { note: 'x' },
                translations: [{ languageCode: 'en' as never, name: 'On delivery', description: '' }],
            });
            await service.update(ctx, {
                id,
                enabled: false,
                checker: null as never,
                handler: handler(true),
                // Left out, Vendure would clear them.
                customFields: { note: 'x' },
            });
        },
    },
    {
        code: 'promotion',
        create: {
            name: 'Autumn',
            couponCode: 'AUTUMN',
            startsAt: '2026-09-01T00:00:00Z',
            usageLimit: 5,
            conditions: [asRecord(minimum(1000))],
            actions: [asRecord(discount(10))],
        },
        update: {
            name: 'Autumn',
            couponCode: null,
            startsAt: null,
            endsAt: '2026-12-01T00:00:00+01:00',
            perCustomerUsageLimit: 1,
            actions: [asRecord(discount(20))],
        },
        changes: {
            couponCode: ['AUTUMN', null],
            startsAt: ['2026-09-01T00:00:00.000Z', null],
            endsAt: [null, '2026-11-30T23:00:00.000Z'],
            perCustomerUsageLimit: [null, 1],
            actions: [[asRecord(discount(10))], [asRecord(discount(20))]],
        },
        refused: [
            { name: 'Always', actions: [asRecord(discount(5))] },
            /refused by Vendure: A Promotion must have either at least one condition or a coupon code set/,
        ],
        async byService({ ctx, injector }) {
            const service = injector.get(PromotionService);
            const created = await service.createPromotion(ctx, {
                enabled: true,
                couponCode: 'AUTUMN',
                startsAt: new Date('2026-09-01T00:00:00Z'),
                usageLimit: 5,
                conditions: [minimum(1000)],
                actions: [discount(10)],
                translations: [{ languageCode: 'en' as never, name: 'Autumn', description: '' }],
            });
            await service.updatePromotion(ctx, {
                id: (created as { id: number }).id,
                couponCode: null as never,
                startsAt: null as never,
                endsAt: new Date('2026-12-01T00:00:00+01:00'),
                perCustomerUsageLimit: 1,
                conditions: [minimum(1000)],
                actions: [discount(20)],
            });
        },
    },
    {
        code: 'role',
        settings: { permissionsMode: 'REPLACE_ALL' },
        create: { code: 'editor', permissions: ['ReadCatalog', 'UpdateCatalog'], channels: ['__default_channel__'] },
        update: { code: 'editor', description: 'Edits', permissions: ['ReadCatalog'], channels: ['b2b'] },
        changes: {
            description: ['', 'Edits'],
            permissions: [['ReadCatalog', 'UpdateCatalog'], ['ReadCatalog']],
            channels: [['__default_channel__'], ['__default_channel__', 'b2b']],
        },
        refused: [
            { code: 'almighty', permissions: ['SuperAdmin'] },
            /refused by Vendure: The permission "SuperAdmin" may not be assigned/,
        ],
        async byService({ ctx, injector, id }) {
            const service = injector.get(RoleService);
            const home = await id('channel', 'code', '__default_channel__');
            const role = await service.create(ctx, {
                code: 'editor',
                description: '',
                permissions: ['ReadCatalog', 'UpdateCatalog'] as never,
                channelIds: [home],
            });
            await service.update(ctx, {
                id: role.id,
                description: 'Edits',
                permissions: ['ReadCatalog'] as never,
                channelIds: [home, await id('channel', 'code', 'b2b')],
            });
        },
    },
    {
        code: 'administrator',
        settings: { rolesMode: 'REPLACE_ALL' },
        create: { emailAddress: 'Shop@Example.com', firstName: 'Shop', lastName: 'One', roles: ['editor'] },
        update: { emailAddress: 'shop@example.com', lastName: 'Two', roles: ['__super_admin_role__'] },
        changes: { lastName: ['One', 'Two'], roles: [['editor'], ['__super_admin_role__']] },
        refused: [
            { emailAddress: 'other@example.com', firstName: 'A', lastName: 'B', roles: ['nobody'] },
            /there is no role with the code "nobody"/,
        ],
        async byService({ ctx, injector, id }) {
            const service = injector.get(AdministratorService);
            const created = await service.create(ctx, {
                emailAddress: 'Shop@Example.com',
                firstName: 'Shop',
                lastName: 'One',
                password: 'some password',
                roleIds: [await id('role', 'code', 'editor')],
            });
            const roleIds = [await id('role', 'code', '__super_admin_role__')];
            await service.update(ctx, { id: created.id, lastName: 'Two', roleIds });
        },
    },
];
