import {
    type CustomFieldConfig,
    CustomerService,
    dummyPaymentHandler,
    LanguageCode,
    PaymentMethodEligibilityChecker,
    Customer,
} from '@vendure/core';
import { builtInLoaders } from '../../src/loaders';
import type { LoaderAdapter } from '../../src/sdk/loader';
import type { TestDatabase } from './databases';
import { BootedVendure, BootOptions, bootVendure } from './vendure';

export const loaderOf = (code: string): LoaderAdapter =>
    builtInLoaders.find(loader => loader.code === code) as unknown as LoaderAdapter;

const anyOrder = new PaymentMethodEligibilityChecker({
    code: 'any-order',
    description: [{ languageCode: LanguageCode.en, value: 'Any order' }],
    args: {},
    check: () => true,
});

/** With what the cases need besides. */
export async function bootServiceShop(
    database: TestDatabase,
    databaseName: string,
    plugins: BootOptions['plugins'] = [],
): Promise<BootedVendure> {
    const note: CustomFieldConfig[] = [{ name: 'note', type: 'string', nullable: true }];
    const server = await bootVendure({
        database,
        databaseName,
        plugins,
        customFields: {
            TaxCategory: note,
            Zone: [...note, { name: 'chief', type: 'relation', entity: Customer, eager: false, nullable: true }],
            Seller: note,
            PaymentMethod: note,
            ShippingMethod: [
                ...note,
                { name: 'claim', type: 'localeString', nullable: true },
                { name: 'since', type: 'datetime', nullable: true },
                {
                    name: 'rating',
                    type: 'int',
                    nullable: true,
                    validate: (value: unknown) => (value === 13 ? 'brings bad luck' : undefined),
                },
            ],
        },
        config: {
            paymentOptions: {
                paymentMethodHandlers: [dummyPaymentHandler],
                paymentMethodEligibilityCheckers: [anyOrder],
            },
        },
    });
    for (const name of ['first', 'second']) {
        const emailAddress = `${name}@example.com`;
        await server.app.get(CustomerService).create(server.ctx, { emailAddress, firstName: name, lastName: 'X' });
    }
    return server;
}
