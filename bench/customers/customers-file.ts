import { writeFileSync } from 'node:fs';
import { createPipeline } from '../../src/public-sdk';
import { seededRandom } from '../catalog/random';

/** One JSON object a line: customers with an account and one or two addresses; the same for the same seed. */
export function writeCustomers(path: string, customers: number, seed: number): void {
    const random = seededRandom(seed);
    const lines = Array.from({ length: customers }, (_, number) => {
        const name = `Customer${String(number).padStart(7, '0')}`;
        const address = (i: number) => ({
            fullName: `Casey ${name}`,
            streetLine1: `${['Mill', 'Lake', 'Hill', 'Oak'][Math.floor(random() * 4)]} Road ${1 + Math.floor(random() * 200)}`,
            city: `Town ${Math.floor(random() * 500)}`,
            postalCode: String(Math.floor(random() * 100_000)).padStart(5, '0'),
            countryCode: 'DE',
            phoneNumber: `+49 ${Math.floor(random() * 1_000_000_000)}`,
            defaultShippingAddress: i === 0,
            defaultBillingAddress: i === 0,
        });
        const addresses = Array.from({ length: 1 + Math.floor(random() * 2) }, (_each, i) => address(i));
        return JSON.stringify({
            emailAddress: `${name.toLowerCase()}@example.com`,
            firstName: 'Casey',
            lastName: name,
            phoneNumber: `+49 ${Math.floor(random() * 1_000_000_000)}`,
            user: { verified: true },
            addresses,
        });
    });
    writeFileSync(path, `${lines.join('\n')}\n`);
}

export function customersPipeline(path: string) {
    return createPipeline()
        .code('customers')
        .name('Customers')
        .extract('read', { adapterCode: 'file', path, format: 'NDJSON' })
        .load('load', { adapterCode: 'customer' })
        .build();
}
