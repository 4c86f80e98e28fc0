import { Importer } from '@vendure/core';
import { createReadStream } from 'node:fs';
import { lastValueFrom } from 'rxjs';
import { ContenderInput, Measured, peakRssMb } from './contender';
import { openShop } from './shop';

/** What a Vendure shop has today: its own importer, on the same file. */
export async function vendureImporter(input: ContenderInput): Promise<Measured> {
    const shop = await openShop(input);
    const importer = shop.app.get(Importer);
    shop.statements.reset();
    const started = performance.now();
    const result = await lastValueFrom(importer.parseAndImport(createReadStream(input.csvPath), shop.ctx, true));
    const seconds = (performance.now() - started) / 1000;
    const { all: statements, transactions, shopWrites } = shop.statements;
    const errors = result.errors?.length ? `, errors: ${result.errors.slice(0, 3).join('; ')}` : '';
    const measured = {
        seconds,
        statements,
        transactions,
        shopWrites,
        peakRssMb: peakRssMb(),
        note: `${result.imported} imported${errors}`,
    };
    await shop.close();
    return measured;
}
