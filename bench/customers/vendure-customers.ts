import { readFileSync } from 'node:fs';
import { CustomerService, isGraphQlErrorResult, TransactionalConnection } from '@vendure/core';
import { ContenderInput, cpuSecondsSince, Measured, peakRssMb } from '../import/contender';
import { openShop } from '../import/shop';

interface CustomerLine {
    emailAddress: string;
    firstName: string;
    lastName: string;
    phoneNumber: string;
    addresses: Record<string, string | boolean>[];
}

/** What a script over Vendure's own service does with the first `limit` lines of the same file, a transaction each. */
export async function vendureCustomers(input: ContenderInput): Promise<Measured> {
    const shop = await openShop(input);
    const connection = shop.app.get(TransactionalConnection);
    const service = shop.app.get(CustomerService);
    const lines = readFileSync(input.csvPath, 'utf8').split('\n').slice(0, input.limit);
    shop.statements.reset();
    const started = performance.now();
    const cpu = process.cpuUsage();
    for (const line of lines) {
        const { addresses, emailAddress, firstName, lastName, phoneNumber } = JSON.parse(line) as CustomerLine;
        await connection.withTransaction(shop.ctx, async ctx => {
            const customer = await service.create(ctx, { emailAddress, firstName, lastName, phoneNumber });
            if (isGraphQlErrorResult(customer)) throw new Error(customer.message);
            for (const address of addresses) await service.createAddress(ctx, customer.id, address as never);
        });
    }
    const seconds = (performance.now() - started) / 1000;
    const { all: statements, transactions } = shop.statements;
    const measured = { seconds, cpuSeconds: cpuSecondsSince(cpu), statements, transactions, peakRssMb: peakRssMb() };
    await shop.close();
    return { ...measured, note: `${lines.length} created` };
}
